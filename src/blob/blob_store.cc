#include "blob/blob_store.h"

namespace berth::blob {

base::Result<std::string> read_exactly(BlobReader& reader, std::uint64_t length) {
  std::string bytes(static_cast<std::size_t>(length), '\0');
  for (auto rest = std::as_writable_bytes(std::span(bytes)); !rest.empty();) {
    BERTH_TRY(const auto n, reader.read(rest));
    if (n == 0) return base::fail(base::Errc::corrupt, "it ends before its size");
    rest = rest.subspan(n);
  }
  return bytes;
}

}  // namespace berth::blob
