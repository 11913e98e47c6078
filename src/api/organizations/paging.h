// Pages of a list: NextToken, MaxResults. A token is base64url of the position of the last entry shown, as in api/iam.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/organizations/members.h"
#include "base/error.h"
#include "service/iam/common.h"

namespace berth::api::organizations {

struct Paged {
  std::optional<std::string> next_token;
  std::optional<std::int64_t> max_results;

  template <class F>
  void page_fields(F& f) {
    f.opt("NextToken", next_token, json::length(0, 100'000), kAnyText);
    f.opt("MaxResults", max_results, json::range(1, 20));
  }
  // InvalidInputException with reason INVALID_NEXT_TOKEN.
  base::Result<service::iam::PageRequest> page() const;
};

std::optional<std::string> token_of(const std::optional<std::string>& next);

}  // namespace berth::api::organizations
