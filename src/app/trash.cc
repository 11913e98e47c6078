// berth trash, berth undelete: images that were deleted while gc.trash kept them.
#include <cstdio>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/transfer.h"
#include "json/writer.h"
#include "service/trash.h"

namespace berth::app {
namespace {

using base::Result;

constexpr std::size_t kPage = 100;

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : " ") + text;
  return all;
}

void write_list(json::Writer& out, std::string_view name, const std::vector<std::string>& texts) {
  out.key(name);
  out.begin_array();
  for (const auto& text : texts) out.string(text);
  out.end_array();
}

Result<std::vector<meta::DeletedImage>> all_deleted(Carrier& carrier, const model::RepositoryRef& ref) {
  const auto services = carrier.services();
  service::Trash trash(services.core, services.images);
  std::vector<meta::DeletedImage> all;
  for (service::TrashPage page{.after = "", .limit = kPage};;) {
    BERTH_TRY(auto found, trash.list(services.scope, ref, page));
    const bool last = found.size() < kPage;
    for (auto& image : found) all.push_back(std::move(image));
    if (last) return all;
    page.after = all.back().digest.text();
  }
}

Result<void> list(const Invocation& invocation) {
  if (invocation.operands.size() != 1) {
    return base::fail(base::Errc::invalid_parameter, "usage: berth trash REPOSITORY");
  }
  BERTH_TRY(const auto carrier, Carrier::open(invocation.config.options));
  BERTH_TRY(auto name, model::RepositoryName::parse(invocation.operands[0]));
  BERTH_TRY(const auto images, all_deleted(*carrier, {carrier->registry(), std::move(name)}));
  json::Writer out;
  out.begin_array();
  for (const auto& image : images) {
    if (!invocation.json) {
      std::printf("%s  deleted %s, gone %s  %s\n", image.digest.text().c_str(), base::to_rfc3339(image.deleted).c_str(),
                  base::to_rfc3339(image.until).c_str(), joined(image.tags).c_str());
      continue;
    }
    out.begin_object();
    out.key("imageDigest");
    out.string(image.digest.text());
    out.key("deletedAt");
    out.timestamp(image.deleted);
    out.key("until");
    out.timestamp(image.until);
    write_list(out, "imageTags", image.tags);
    out.end_object();
  }
  out.end_array();
  if (invocation.json) std::printf("%s\n", out.text().c_str());
  return {};
}

Result<void> bring_back(const Invocation& invocation) {
  const auto operand = invocation.operands.size() == 1 ? invocation.operands[0] : "";
  const auto at = operand.find('@');
  if (at == std::string::npos) {
    return base::fail(base::Errc::invalid_parameter, "usage: berth undelete REPOSITORY@DIGEST");
  }
  BERTH_TRY(auto name, model::RepositoryName::parse(operand.substr(0, at)));
  BERTH_TRY(const auto digest, model::Digest::parse(operand.substr(at + 1)));
  BERTH_TRY(const auto carrier, Carrier::open(invocation.config.options));
  const auto services = carrier->services();
  service::Trash trash(services.core, services.images);
  BERTH_TRY(const auto done, trash.undelete(services.scope, {carrier->registry(), std::move(name)}, digest));
  if (invocation.json) {
    json::Writer out;
    out.begin_object();
    out.key("imageDigest");
    out.string(digest.text());
    write_list(out, "imageTags", done.image.tags);
    write_list(out, "tagsTakenMeanwhile", done.left_out);
    out.end_object();
    std::printf("%s\n", out.text().c_str());
    return {};
  }
  std::printf("%s is back  %s\n", digest.text().c_str(), joined(done.image.tags).c_str());
  if (!done.left_out.empty()) std::printf("these tags mean another image now: %s\n", joined(done.left_out).c_str());
  return {};
}

int ended(const Result<void>& outcome) { return outcome ? 0 : failed(outcome.error()); }

}  // namespace

int trash(const Invocation& invocation) { return ended(list(invocation)); }
int undelete(const Invocation& invocation) { return ended(bring_back(invocation)); }

}  // namespace berth::app
