#include "blob/text_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace berth::blob {

TextReader::TextReader(std::shared_ptr<const std::string> bytes, ByteRange range) : bytes_(std::move(bytes)) {
  left_ = std::string_view(*bytes_).substr(std::min<std::uint64_t>(range.first, bytes_->size()), range.length);
}

base::Result<std::size_t> TextReader::read(std::span<std::byte> out) {
  const std::size_t n = std::min(out.size(), left_.size());
  if (n > 0) std::memcpy(out.data(), left_.data(), n);
  left_.remove_prefix(n);
  return n;
}

}  // namespace berth::blob
