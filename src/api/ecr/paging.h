// Pages of a list: maxResults, nextToken, and what stands in a token.
//
// A token is opaque to clients: base64url of the list's name and the position of the last entry shown. It is not
// signed, since a position is all that it can say: whoever makes one up sees nothing that he may not see.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/rules.h"
#include "model/digest.h"
#include "service/image_service.h"

namespace berth::api::ecr {

struct Paged {
  std::optional<std::string> next_token;
  std::optional<std::int64_t> max_results;

  template <class F>
  void page_fields(F& f, std::int64_t largest = 1000) {
    f.opt("nextToken", next_token);
    f.opt("maxResults", max_results, json::range(1, largest));
  }
  std::size_t limit(std::int64_t standard = 100) const {
    return static_cast<std::size_t>(max_results.value_or(standard));
  }
  // invalid_parameter if the request also names what it wants, in `member`.
  base::Result<void> excludes(std::string_view member) const;
};

// `list` names the list, so that a token is good for its own only. No part holds a line feed.
std::string make_token(std::string_view list, std::initializer_list<std::string_view> parts);
// The parts; invalid_parameter at 'nextToken' unless it is a token of that list with so many parts.
base::Result<std::vector<std::string>> read_token(std::string_view list, std::size_t parts, std::string_view token);

std::string image_token(std::string_view list, const service::ImagePosition& position);
// The start, if there is no token.
base::Result<service::ImagePosition> image_position(std::string_view list, const std::optional<std::string>& token);

std::unexpected<base::Error> fail_token();

// Cuts what was asked one entry too long; the token of the last entry that stays, if there was one more.
template <class T, class Token>
std::optional<std::string> cut_page(std::vector<T>& entries, std::size_t limit, Token token_of) {
  if (entries.size() <= limit) return std::nullopt;
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(limit), entries.end());
  return token_of(entries.back());
}

}  // namespace berth::api::ecr
