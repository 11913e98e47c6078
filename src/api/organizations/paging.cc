#include "api/organizations/paging.h"

#include "api/organizations/errors.h"
#include "base/bytes.h"
#include "base/text.h"

namespace berth::api::organizations {

base::Result<service::iam::PageRequest> Paged::page() const {
  service::iam::PageRequest page{.after = {}, .limit = static_cast<std::size_t>(max_results.value_or(20))};
  if (!next_token) return page;
  auto position = base::from_base64url(*next_token);
  if (!position || position->empty() || position->contains('\0') || !base::is_utf8(*position)) {
    return fail_input("INVALID_NEXT_TOKEN", "You provided an invalid NextToken.");
  }
  page.after = *std::move(position);
  return page;
}

std::optional<std::string> token_of(const std::optional<std::string>& next) {
  if (!next) return std::nullopt;
  return base::to_base64url(base::as_bytes(*next));
}

}  // namespace berth::api::organizations
