// Which part of a representation a client wants (RFC 9110 section 14). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace berth::web {

struct WholeContent {  // answer 200 with everything
  friend bool operator==(const WholeContent&, const WholeContent&) = default;
};
struct ContentPart {  // answer 206 with this part; length > 0, and it lies within the content
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  friend bool operator==(const ContentPart&, const ContentPart&) = default;
};
struct UnsatisfiableRange {  // answer 416
  friend bool operator==(const UnsatisfiableRange&, const UnsatisfiableRange&) = default;
};

using Selection = std::variant<WholeContent, ContentPart, UnsatisfiableRange>;

// `range` is the value of a Range field, empty if there is none. A range that is malformed, in another unit than bytes,
// or one of several is ignored, as the RFC allows: the whole content. One that ends before it begins is refused, which
// section 15.5.17 allows too: nobody who sends it waits for everything.
Selection select_range(std::string_view range, std::uint64_t size);

// The value of Content-Range for 206 ("bytes 0-99/1234") and for 416 ("bytes */1234").
std::string content_range(const ContentPart& part, std::uint64_t size);
std::string unsatisfied_content_range(std::uint64_t size);

}  // namespace berth::web
