// Pages of a list: Marker, MaxItems, IsTruncated.
//
// A marker is opaque to clients: base64url of the list's name and the position of the last entry shown. It is not
// signed, since a position is all that it can say: whoever makes one up sees nothing that he may not see.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/iam/members.h"
#include "base/error.h"
#include "service/iam/common.h"

namespace berth::api::iam {

// AWS's own are at most 320 characters; ours hold an ARN with its path, or a tag's key in any script.
inline constexpr auto kMarkerLength = json::length(1, 2048);

struct Paged {
  std::optional<std::string> marker;
  std::optional<std::int64_t> max_items;

  template <class F>
  void page_fields(F& f) {
    f.opt("Marker", marker, kMarkerLength, json::pattern(R"([\u0020-\u00FF]+)", &is_marker));
    f.opt("MaxItems", max_items, json::range(1, 1000));
  }

  std::size_t limit() const { return static_cast<std::size_t>(max_items.value_or(100)); }
  // `list` names the list, so that a marker is good for its own only; `validation` if it is not.
  base::Result<std::string> after(std::string_view list) const;
  base::Result<service::iam::PageRequest> page(std::string_view list, std::string path_prefix = "/") const;
};

// Of an answer. A list that Berth never has anything in is not truncated.
struct PageEnd {
  bool is_truncated = false;
  std::optional<std::string> marker{};

  PageEnd() = default;
  PageEnd(std::string_view list, const std::optional<std::string>& next);

  template <class F>
  void page_fields(F& f) {
    f.opt("IsTruncated", is_truncated);
    f.opt("Marker", marker);
  }
};

// A list that is had whole, cut to the page wanted; its positions are numbers.
template <class T>
base::Result<PageEnd> cut_page(std::string_view list, const Paged& paged, std::vector<T>& entries);
base::Result<std::size_t> index_of(std::string_view list, const Paged& paged);

template <class T>
base::Result<PageEnd> cut_page(std::string_view list, const Paged& paged, std::vector<T>& entries) {
  BERTH_TRY(const auto start, index_of(list, paged));
  const auto first = std::min(start, entries.size());
  const auto last = first + std::min(paged.limit(), entries.size() - first);
  const bool more = last < entries.size();
  entries = std::vector<T>(std::make_move_iterator(entries.begin() + static_cast<std::ptrdiff_t>(first)),
                           std::make_move_iterator(entries.begin() + static_cast<std::ptrdiff_t>(last)));
  return PageEnd(list, more ? std::optional(std::to_string(last)) : std::nullopt);
}

}  // namespace berth::api::iam
