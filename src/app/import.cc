// berth import: images that lie in a folder or in an archive, into a repository.
#include <string>

#include "app/commands.h"
#include "app/transfer.h"
#include "layout/oci_layout.h"

namespace berth::app {
namespace {

using base::Result;

// REPOSITORY[:TAG]
struct Target {
  model::RepositoryRef repository;
  transfer::ImportOptions options;
};

Result<Target> target_of(const model::RegistryRef& registry, const std::string& text) {
  const auto colon = text.find(':');
  BERTH_TRY(auto name, model::RepositoryName::parse(text.substr(0, colon)));
  Target target{.repository = {registry, std::move(name)}, .options = {}};
  if (colon != std::string::npos) {
    BERTH_TRY(target.options.tag, model::Tag::parse(text.substr(colon + 1)));
  }
  return target;
}

}  // namespace

int import_images(const Invocation& invocation) {
  const Interrupt interrupt;
  transfer::Report report;
  const auto outcome = [&]() -> Result<void> {
    if (invocation.operands.size() != 2) {
      return base::fail(base::Errc::invalid_parameter, "usage: berth import SOURCE REPOSITORY[:TAG]");
    }
    BERTH_TRY(const auto source, layout::OciLayout::open_path(invocation.operands[0]));
    BERTH_TRY(const auto carrier, Carrier::open(invocation.config.options));
    BERTH_TRY(const auto target, target_of(carrier->registry(), invocation.operands[1]));
    LiveLine line;
    transfer::Importer importer(carrier->services(), [&](const transfer::Report& so_far) {
      line.show(so_far);
      if (interrupt.requested()) report.whole = false;
      return report.whole;
    });
    return importer.run(*source, target.repository, target.options, report);
  }();
  return finish(report, outcome, invocation.json, "imported");
}

}  // namespace berth::app
