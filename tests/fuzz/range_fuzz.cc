// The first 8 bytes are a size, the rest a Range field, then a list of entity tags. A part that is chosen lies within
// the content.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "web/etag.h"
#include "web/range.h"

namespace {

using namespace berth;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint64_t length = 0;
  if (size < sizeof(length)) return 0;
  std::memcpy(&length, data, sizeof(length));
  const std::string_view field(reinterpret_cast<const char*>(data) + sizeof(length), size - sizeof(length));
  const auto selection = web::select_range(field, length);
  if (const auto* part = std::get_if<web::ContentPart>(&selection)) {
    require(part->length > 0 && part->offset < length && part->length <= length - part->offset);
    const auto text = web::content_range(*part, length);
    require(text.starts_with("bytes ") && text.ends_with("/" + std::to_string(length)));
  }
  const auto tag = web::etag("sha256:0123");
  if (web::if_none_match(field, tag)) require(field.find('*') != field.npos || field.find("sha256:0123") != field.npos);
  return 0;
}
