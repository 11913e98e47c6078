#include "service/blob_check.h"

#include <utility>
#include <vector>

#include "blob/digests.h"

namespace berth::service {
namespace {

constexpr std::size_t kChunk = 1 << 20;

// The bytes that the row names, or those that it names by now. blob_unknown: there are none, or the row is gone.
base::Result<std::unique_ptr<blob::BlobReader>> open(meta::Store& store, const BlobStores& stores,
                                                     std::optional<meta::StoredBlob>& row) {
  for (;;) {
    auto reader = stores.of(row->place).open(name_of(*row));
    if (reader || reader.error().code != base::Errc::blob_unknown) return reader;
    const auto digest = row->digest;
    const auto key = row->key;
    BERTH_TRY(row, store.read({}, [&](meta::Tx& tx) { return tx.blobs().find(digest); }));
    if (!row || row->key == key) return reader;
  }
}

}  // namespace

base::Result<std::optional<BlobCheck>> check_bytes(meta::Store& store, const BlobStores& stores, meta::StoredBlob row,
                                                   const Spend& spend) {
  std::optional<meta::StoredBlob> current = std::move(row);
  const auto reader = open(store, stores, current);
  if (!current) return std::nullopt;
  BlobCheck check{.blob = *std::move(current), .health = BlobHealth::whole, .detail = {}};
  const auto found = [&](BlobHealth health, std::string detail) {
    check.health = health;
    check.detail = std::move(detail);
    return check;
  };
  if (!reader) {
    const bool missing = reader.error().code == base::Errc::blob_unknown;
    return found(missing ? BlobHealth::missing : BlobHealth::unreadable, reader.error().message);
  }
  if ((*reader)->size() != check.blob.size) {
    return found(BlobHealth::wrong_size,
                 std::to_string((*reader)->size()) + " bytes instead of " + std::to_string(check.blob.size));
  }
  auto hasher = blob::hasher_for(check.blob.digest.algorithm());
  std::vector<std::byte> buffer(kChunk);
  for (;;) {
    const auto n = (*reader)->read(buffer);
    if (!n) return found(BlobHealth::unreadable, n.error().message);
    if (*n == 0) break;
    hasher.update(std::span(buffer).first(*n));
    check.bytes += *n;
    if (!spend(*n)) return std::nullopt;
  }
  const auto actual = blob::digest_from(std::move(hasher));
  if (actual != check.blob.digest) return found(BlobHealth::wrong_digest, "the bytes are those of " + actual.text());
  return check;
}

base::Result<void> note(meta::Store& store, const BlobCheck& check, base::Timestamp now) {
  BERTH_CHECK(store.write({}, [&](meta::Tx& tx) {
    return check.health == BlobHealth::whole ? tx.blobs().verified(check.blob, now)
                                             : tx.blobs().damaged(check.blob, now);
  }));
  return {};
}

}  // namespace berth::service
