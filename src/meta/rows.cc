#include "meta/rows.h"

#include <algorithm>

#include "base/text.h"
#include "json/parse.h"
#include "json/writer.h"

namespace berth::meta {
base::Result<model::TagMutability> mutability_from(const std::string& mode, const std::string& filters) {
  for (const auto& [name, value] : model::kTagMutabilityNames) {
    if (name != mode) continue;
    return model::TagMutability::make(value, lines_from(filters));
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

base::Result<std::optional<model::Digest>> stored_digest(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  BERTH_TRY(auto digest, stored<model::Digest>(*text));
  return digest;
}

base::Result<model::Region> stored_region(const std::string& text) {
  auto region = model::Region::parse_own(text);
  if (!region) return base::fail(base::Errc::corrupt, "metadata holds '" + text + "': " + region.error().message);
  return region;
}

base::Result<model::Repository> repository_from(const sql::Row& row) {
  BERTH_TRY(auto account, stored<model::AccountId>(row.text(1)));
  BERTH_TRY(auto region, stored_region(row.text(2)));
  BERTH_TRY(auto name, stored<model::RepositoryName>(row.text(3)));
  BERTH_TRY(auto mutability, mutability_from(row.text(5), row.text(6)));
  return model::Repository{.id = row.text(0),
                           .ref = {{std::move(account), std::move(region)}, std::move(name)},
                           .created = base::from_micros(row.integer(4)),
                           .mutability = std::move(mutability),
                           .scan_on_push = row.integer(7) != 0,
                           .encryption_type = row.text(8),
                           .kms_key = row.maybe_text(9),
                           .deletion_protected = row.integer(10) != 0};
}

base::Result<model::Image> image_from(const sql::Row& row) {
  BERTH_TRY(auto digest, stored<model::Digest>(row.text(0)));
  BERTH_TRY(auto subject, stored_digest(row.maybe_text(5)));
  BERTH_TRY(auto annotations, annotations_from(row.text(6)));
  BERTH_TRY(const auto status, image_status_from(row.text(9)));
  return model::Image{.digest = std::move(digest),
                      .media_type = row.text(1),
                      .artifact_type = row.maybe_text(2),
                      .manifest_size = static_cast<std::uint64_t>(row.integer(3)),
                      .image_size = static_cast<std::uint64_t>(row.integer(4)),
                      .subject = std::move(subject),
                      .annotations = std::move(annotations),
                      .pushed = base::from_micros(row.integer(7)),
                      .pulled = maybe_time(row, 8),
                      .status = status,
                      .archived = maybe_time(row, 10),
                      .activated = maybe_time(row, 11),
                      .tags = {}};
}

std::string image_status_text(model::ImageStatus status) {
  for (const auto& [text, value] : model::kImageStatusNames) {
    if (value == status) return std::string(text);
  }
  std::unreachable();
}

base::Result<model::ImageStatus> image_status_from(const std::string& text) {
  for (const auto& [name, value] : model::kImageStatusNames) {
    if (name == text) return value;
  }
  return base::fail(base::Errc::corrupt, "metadata holds the image status '" + text + "'");
}

std::optional<base::Timestamp> maybe_time(const sql::Row& row, std::size_t column) {
  const auto micros = row.maybe_integer(column);
  if (!micros) return std::nullopt;
  return base::from_micros(*micros);
}

base::Result<model::Entity> entity_from(const sql::Row& row) {
  BERTH_TRY(auto account, stored<model::AccountId>(row.text(1)));
  const auto kind = std::ranges::find(model::kEntityKindNames, row.text(2));
  if (kind == model::kEntityKindNames.end()) {
    return base::fail(base::Errc::corrupt, "metadata holds the entity kind '" + row.text(2) + "'");
  }
  model::Entity entity{.id = row.text(0),
                       .account = std::move(account),
                       .kind = static_cast<model::EntityKind>(kind - model::kEntityKindNames.begin()),
                       .name = row.text(3),
                       .path = row.text(4),
                       .created = base::from_micros(row.integer(5)),
                       .boundary = row.maybe_text(6),
                       .trust_policy = row.text(7),
                       .description = row.maybe_text(8),
                       .max_session_seconds = row.integer(9),
                       .service = row.maybe_text(10)};
  if (const auto used = row.maybe_integer(11)) {
    entity.last_use = {.time = base::from_micros(*used), .service = {}, .region = row.maybe_text(12).value_or("")};
  }
  return entity;
}

base::Result<model::ServiceControlPolicy> scp_from(const sql::Row& row) {
  return model::ServiceControlPolicy{.id = row.text(0),
                                     .name = row.text(1),
                                     .description = row.text(2),
                                     .document = row.text(3),
                                     .aws_managed = row.integer(4) != 0};
}

std::string mode_text(const model::TagMutability& mutability) { return std::string(name(mutability.mode())); }

std::string filters_text(const model::TagMutability& mutability) {
  return lines_text({mutability.filters().begin(), mutability.filters().end()});
}

std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    if (!text.empty()) text += '\n';
    text += line;
  }
  return text;
}

std::vector<std::string> lines_from(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
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
