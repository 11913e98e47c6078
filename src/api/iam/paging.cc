#include "api/iam/paging.h"

#include "base/bytes.h"
#include "base/text.h"

namespace berth::api::iam {
namespace {

std::unexpected<base::Error> fail_marker() { return base::fail(base::Errc::validation, "Invalid Marker."); }

}  // namespace

base::Result<std::string> Paged::after(std::string_view list) const {
  if (!marker) return std::string();
  const auto text = base::from_base64url(*marker);
  if (!text) return fail_marker();
  const auto line = text->find('\n');
  if (line == std::string::npos || std::string_view(*text).substr(0, line) != list) return fail_marker();
  auto position = text->substr(line + 1);
  if (position.empty() || position.contains('\0')) return fail_marker();
  return position;
}

base::Result<service::iam::PageRequest> Paged::page(std::string_view list, std::string path_prefix) const {
  BERTH_TRY(auto start, after(list));
  return service::iam::PageRequest{.after = std::move(start), .limit = limit(), .path_prefix = std::move(path_prefix)};
}

PageEnd::PageEnd(std::string_view list, const std::optional<std::string>& next) : is_truncated(next.has_value()) {
  if (next) marker = base::to_base64url(base::as_bytes(std::string(list) + "\n" + *next));
}

base::Result<std::size_t> index_of(std::string_view list, const Paged& paged) {
  BERTH_TRY(const auto text, paged.after(list));
  if (text.empty()) return std::size_t{0};
  const auto index = base::parse_integer<std::size_t>(text);
  if (!index) return fail_marker();
  return *index;
}

}  // namespace berth::api::iam
