#include "service/iam/rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace berth::service::iam {
namespace {

using base::Errc;

bool word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// [\w+=,.@-]+
bool name_characters(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return word(c) || std::string_view("+=,.@-").contains(c); });
}

std::unexpected<base::Error> unfit(std::string_view value, std::string_view member, std::string_view constraint) {
  std::string text = "1 validation error detected: Value '";
  text.append(value.substr(0, 256)).append("' at '").append(member).append("' failed to satisfy constraint: Member ");
  return base::fail(Errc::validation, text.append(constraint));
}

base::Result<void> check_length(std::string_view value, std::string_view member, std::size_t min, std::size_t max) {
  const auto length = base::utf8_length(value);
  if (length < min) {
    return unfit(value, member, "must have length greater than or equal to " + std::to_string(min));
  }
  if (length > max) return unfit(value, member, "must have length less than or equal to " + std::to_string(max));
  return {};
}

base::Result<void> check_name_text(std::string_view value, std::string_view member, std::size_t max) {
  BERTH_CHECK(check_length(value, member, 1, max));
  if (name_characters(value)) return {};
  return base::fail(Errc::validation, std::string("The specified value for ")
                                          .append(member)
                                          .append(" is invalid. It must contain only alphanumeric characters and/or "
                                                  "the following: +=,.@_-"));
}

// IAM tells tags with its own codes; the characters are the same as ECR's.
base::Result<void> in_words_of_iam(base::Result<void> checked) {
  if (!checked && checked.error().code == Errc::invalid_tag_parameter) {
    return base::fail(Errc::invalid_input, checked.error().message);
  }
  return checked;
}

std::unexpected<base::Error> too_many_tags(std::string_view member, std::size_t n) {
  return unfit(std::to_string(n) + " values", member, "must have length less than or equal to 50");
}

}  // namespace

bool is_text(std::string_view text) {
  return base::is_utf8(text) && std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

std::string_view title(model::EntityKind kind) {
  constexpr std::array<std::string_view, 3> kTitles = {"User", "Role", "Group"};
  return kTitles[static_cast<std::size_t>(kind)];
}

std::unexpected<base::Error> over_quota(std::string_view quota, std::int64_t value) {
  return base::fail(Errc::limit_exceeded,
                    std::string("Cannot exceed quota for ").append(quota).append(": ").append(std::to_string(value)));
}

base::Result<void> check_name(const EntityRef& entity) {
  const std::size_t max = entity.kind == model::EntityKind::group ? 128 : 64;
  return check_name_text(entity.name, std::string(model::name(entity.kind)) + "Name", max);
}

base::Result<void> check_policy_name(std::string_view name) { return check_name_text(name, "policyName", 128); }

base::Result<void> check_path(std::string_view path) {
  BERTH_CHECK(check_length(path, "path", 1, 512));
  const bool printable = std::ranges::all_of(path, [](char c) { return c >= '!' && c <= '~'; });
  if (printable && path.front() == '/' && path.back() == '/' && path != "//") return {};
  return base::fail(Errc::validation,
                    "The specified value for path is invalid. It must begin and end with / and contain only "
                    "alphanumeric characters and/or / characters.");
}

base::Result<void> check_policy_path(std::string_view path) {
  BERTH_CHECK(check_path(path));
  const bool plain = std::ranges::all_of(path, [](char c) { return c == '/' || name_characters({&c, 1}); });
  if (plain && !path.contains("//")) return {};
  return base::fail(Errc::validation,
                    "The specified value for path is invalid. It must begin and end with / and contain only "
                    "alphanumeric characters and/or / characters.");
}

base::Result<void> check_page(const PageRequest& page) {
  if (page.limit < 1)
    return unfit(std::to_string(page.limit), "maxItems", "must have value greater than or equal to 1");
  if (page.limit > 1000) {
    return unfit(std::to_string(page.limit), "maxItems", "must have value less than or equal to 1000");
  }
  if (!is_text(page.after)) return base::fail(Errc::validation, "Invalid Marker");
  BERTH_CHECK(check_length(page.path_prefix, "pathPrefix", 1, 512));
  const bool printable = std::ranges::all_of(page.path_prefix, [](char c) { return c >= '!' && c <= '~'; });
  if (printable && page.path_prefix.front() == '/') return {};
  return base::fail(Errc::validation,
                    "The specified value for pathPrefix is invalid. It must begin with the / character and contain "
                    "only alphanumeric characters and/or / characters.");
}

base::Result<void> check_description(std::string_view text) {
  BERTH_CHECK(check_length(text, "description", 0, 1000));
  const bool clean = std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || byte == '\n' || byte == '\r' || (byte >= 0x20 && byte != 0x7F);
  });
  if (clean) return {};
  return unfit(text, "description",
               "must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*");
}

base::Result<void> check_session_seconds(std::int64_t seconds) {
  const auto text = std::to_string(seconds);
  if (seconds < 3600) return unfit(text, "maxSessionDuration", "must have value greater than or equal to 3600");
  if (seconds > 43'200) return unfit(text, "maxSessionDuration", "must have value less than or equal to 43200");
  return {};
}

base::Result<void> check_policy_arn(std::string_view arn) {
  BERTH_CHECK(check_length(arn, "policyArn", 20, 2048));
  const auto parts = base::split(arn, ':');
  const bool fits = parts.size() == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[3].empty() &&
                    (parts[4] == "aws" || model::AccountId::parse(parts[4])) && parts[5].starts_with("policy/");
  if (fits) return {};
  return base::fail(Errc::validation, "ARN " + std::string(arn) + " is not valid.");
}

base::Result<void> check_tags(std::span<const model::ResourceTag> tags) {
  if (tags.size() > static_cast<std::size_t>(kQuotas.tags)) return too_many_tags("tags", tags.size());
  BERTH_CHECK(in_words_of_iam(model::check_resource_tags(tags)));
  std::set<std::string> seen;
  for (const auto& tag : tags) {
    if (!seen.insert(base::to_lower(tag.key)).second) {
      return base::fail(Errc::invalid_input,
                        "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
  }
  return {};
}

base::Result<void> check_tag_keys(std::span<const std::string> keys) {
  if (keys.size() > static_cast<std::size_t>(kQuotas.tags)) return too_many_tags("tagKeys", keys.size());
  return in_words_of_iam(model::check_resource_tag_keys(keys));
}

base::Result<void> check_document(std::string_view document, policy::Kind kind) {
  BERTH_CHECK(check_length(document, "policyDocument", 1, 131'072));
  BERTH_CHECK(policy::Document::parse(document, kind));
  return {};
}

std::int64_t document_size(std::string_view document) {
  return static_cast<std::int64_t>(base::utf8_length(document)) -
         std::ranges::count_if(document, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

base::Result<std::int64_t> version_number(std::string_view version) {
  if (version.starts_with('v')) {
    const auto number = base::parse_integer<std::int64_t>(version.substr(1));
    if (number && *number > 0 && version[1] != '0') return *number;
  }
  return unfit(version, "versionId", "must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?");
}

}  // namespace berth::service::iam
