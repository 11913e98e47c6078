#include "layout/source.h"

#include "blob/digests.h"

namespace berth::layout {

base::Result<std::string> read_all(blob::BlobReader& reader, std::uint64_t most) {
  if (reader.size() > most) {
    return base::fail(base::Errc::payload_too_large, "it has " + std::to_string(reader.size()) +
                                                         " bytes, and may have at most " + std::to_string(most));
  }
  return blob::read_exactly(reader, reader.size());
}

base::Result<model::Digest> copy(blob::BlobReader& reader, model::DigestAlgorithm algorithm,
                                 const std::function<base::Result<void>(base::Bytes)>& sink, const Tick& tick) {
  constexpr std::size_t kChunk = 1 << 20;
  auto hasher = blob::hasher_for(algorithm);
  std::vector<std::byte> buffer(kChunk);
  for (;;) {
    BERTH_TRY(const auto n, reader.read(buffer));
    if (n == 0) return blob::digest_from(std::move(hasher));
    const auto piece = std::span(buffer).first(n);
    hasher.update(piece);
    BERTH_CHECK(sink(piece));
    BERTH_CHECK(tick(n));
  }
}

std::string blob_path(const model::Digest& digest) {
  return "blobs/" + std::string(name(digest.algorithm())) + "/" + std::string(digest.hex());
}

}  // namespace berth::layout
