// berth export: images of repositories into an OCI layout.
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/transfer.h"
#include "layout/layout_writer.h"
#include "transfer/exporter.h"

namespace berth::app {
namespace {

using base::Result;

// REPOSITORY, REPOSITORY:TAG or REPOSITORY@DIGEST
Result<transfer::ExportItem> item_of(const model::RegistryRef& registry, const std::string& text) {
  const auto at = text.find('@');
  const auto colon = text.find(':');
  BERTH_TRY(auto name, model::RepositoryName::parse(text.substr(0, std::min(at, colon))));
  transfer::ExportItem item{.repository = {registry, std::move(name)}};
  if (at != std::string::npos) {
    BERTH_TRY(item.digest, model::Digest::parse(text.substr(at + 1)));
  } else if (colon != std::string::npos) {
    BERTH_TRY(item.tag, model::Tag::parse(text.substr(colon + 1)));
  }
  return item;
}

Result<std::unique_ptr<layout::LayoutWriter>> writer_for(const std::string& target) {
  return target.ends_with(".tar") ? layout::write_tar(target) : layout::write_folder(target);
}

}  // namespace

int export_images(const Invocation& invocation) {
  const Interrupt interrupt;
  transfer::Report report;
  LiveLine line;
  const auto outcome = [&]() -> Result<void> {
    auto operands = invocation.operands;
    if (operands.size() < 2) {
      return base::fail(base::Errc::invalid_parameter,
                        "usage: berth export REPOSITORY[:TAG|@DIGEST]... TARGET [--referrers]");
    }
    const auto target = std::move(operands.back());
    operands.pop_back();
    BERTH_TRY(const auto carrier, Carrier::open(invocation.config.options));
    std::vector<transfer::ExportItem> items;
    for (const auto& operand : operands) {
      BERTH_TRY(auto item, item_of(carrier->registry(), operand));
      items.push_back(std::move(item));
    }
    BERTH_TRY(const auto writer, writer_for(target));
    transfer::Exporter exporter(carrier->services(), [&](const transfer::Report& so_far) {
      line.show([&] { return line_of(so_far); });
      if (interrupt.requested()) report.whole = false;
      return report.whole;
    });
    return exporter.run(items, *writer, {.referrers = invocation.has("--referrers")}, report);
  }();
  line.clear();
  return finish(report, outcome, invocation.json, "exported");
}

}  // namespace berth::app
