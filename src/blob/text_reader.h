// A reader of bytes that are in memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "blob/blob_store.h"

namespace berth::blob {

class TextReader final : public BlobReader {
 public:
  TextReader(std::shared_ptr<const std::string> bytes, ByteRange range);
  std::uint64_t size() const override { return bytes_->size(); }
  base::Result<std::size_t> read(std::span<std::byte> out) override;

 private:
  std::shared_ptr<const std::string> bytes_;
  std::string_view left_;
};

}  // namespace berth::blob
