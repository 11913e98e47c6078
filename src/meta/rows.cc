#include "meta/rows.h"

#include "base/text.h"
#include "json/parse.h"
#include "json/writer.h"

namespace berth::meta {
namespace {

base::Result<model::TagMutability> mutability_from(const std::string& mode, const std::string& filters) {
  for (const auto& [name, value] : model::kTagMutabilityNames) {
    if (name != mode) continue;
    std::vector<std::string> list;
    for (std::size_t begin = 0; begin < filters.size();) {
      const auto end = std::min(filters.find('\n', begin), filters.size());
      list.push_back(filters.substr(begin, end - begin));
      begin = end + 1;
    }
    return model::TagMutability::make(value, std::move(list));
  }
  return base::fail(base::Errc::corrupt, "metadata holds the tag mutability '" + mode + "'");
}

base::Result<std::map<std::string, std::string>> annotations_from(const std::string& text) {
  std::map<std::string, std::string> annotations;
  if (text.empty()) return annotations;
  BERTH_TRY(const auto value, json::parse(text));
  const auto* object = value.as_object();
  if (!object) return base::fail(base::Errc::corrupt, "metadata holds annotations that are no object");
  for (const auto& member : *object) {
    if (const auto* string = member.value.as_string()) annotations.emplace(member.name, *string);
  }
  return annotations;
}

}  // namespace

base::Result<std::optional<model::Digest>> stored_digest(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  BERTH_TRY(auto digest, stored<model::Digest>(*text));
  return digest;
}

base::Result<model::Repository> repository_from(const sql::Row& row) {
  BERTH_TRY(auto account, stored<model::AccountId>(row.text(1)));
  BERTH_TRY(auto region, stored<model::Region>(row.text(2)));
  BERTH_TRY(auto name, stored<model::RepositoryName>(row.text(3)));
  BERTH_TRY(auto mutability, mutability_from(row.text(5), row.text(6)));
  return model::Repository{.id = row.text(0),
                           .ref = {{std::move(account), std::move(region)}, std::move(name)},
                           .created = base::from_micros(row.integer(4)),
                           .mutability = std::move(mutability),
                           .scan_on_push = row.integer(7) != 0,
                           .encryption_type = row.text(8),
                           .kms_key = row.maybe_text(9)};
}

base::Result<model::Image> image_from(const sql::Row& row) {
  BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
  BERTH_TRY(auto subject, stored_digest(row.maybe_text(5)));
  BERTH_TRY(auto annotations, annotations_from(row.text(6)));
  return model::Image{.digest = std::move(digest),
                      .media_type = row.text(1),
                      .artifact_type = row.maybe_text(2),
                      .manifest_size = static_cast<std::uint64_t>(row.integer(3)),
                      .image_size = static_cast<std::uint64_t>(row.integer(4)),
                      .subject = std::move(subject),
                      .annotations = std::move(annotations),
                      .pushed = base::from_micros(row.integer(7)),
                      .tags = {}};
}

std::string mode_text(const model::TagMutability& mutability) { return std::string(name(mutability.mode())); }

std::string filters_text(const model::TagMutability& mutability) {
  std::string text;
  for (const auto& filter : mutability.filters()) {
    if (!text.empty()) text += '\n';
    text += filter;
  }
  return text;
}

std::string annotations_text(const std::map<std::string, std::string>& annotations) {
  if (annotations.empty()) return {};
  json::Writer out;
  out.begin_object();
  for (const auto& [key, value] : annotations) {
    out.key(key);
    out.string(value);
  }
  out.end_object();
  return out.take();
}

}  // namespace berth::meta
