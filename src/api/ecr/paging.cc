#include "api/ecr/paging.h"

#include "base/bytes.h"
#include "base/text.h"
#include "model/tag.h"

namespace berth::api::ecr {

std::unexpected<base::Error> fail_token() { return base::fail_parameter("nextToken", "Invalid token"); }

base::Result<void> Paged::excludes(std::string_view member) const {
  const std::string_view given = next_token ? "nextToken" : max_results ? "maxResults" : "";
  if (given.empty()) return {};
  return base::fail_parameter(given, std::string(given) + " cannot be used with " + std::string(member));
}

std::string make_token(std::string_view list, std::initializer_list<std::string_view> parts) {
  std::string text(list);
  for (const auto part : parts) text.append("\n").append(part);
  return base::to_base64url(base::as_bytes(text));
}

base::Result<std::vector<std::string>> read_token(std::string_view list, std::size_t parts, std::string_view token) {
  const auto text = base::from_base64url(token);
  if (!text) return fail_token();
  const auto lines = base::split(*text, '\n');
  if (lines.size() != parts + 1 || lines.front() != list) return fail_token();
  return std::vector<std::string>(lines.begin() + 1, lines.end());
}

std::string image_token(std::string_view list, const service::ImagePosition& position) {
  return make_token(list, {std::to_string(position.pushed), position.digest, position.tag});
}

base::Result<service::ImagePosition> image_position(std::string_view list, const std::optional<std::string>& token) {
  if (!token) return service::ImagePosition{};
  BERTH_TRY(const auto parts, read_token(list, 3, *token));
  const auto pushed = base::parse_integer<std::int64_t>(parts[0]);
  const auto digest = model::Digest::parse(parts[1]);
  if (!pushed || !digest || (!parts[2].empty() && !model::Tag::matches(parts[2]))) return fail_token();
  return service::ImagePosition{.pushed = *pushed, .digest = parts[1], .tag = parts[2]};
}

}  // namespace berth::api::ecr
