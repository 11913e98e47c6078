#include "service/hot_blobs.h"

#include <utility>

#include "blob/text_reader.h"

namespace berth::service {

base::Result<std::optional<blob::BlobInfo>> HotBlobs::stat(const blob::BlobName& name) {
  if (!meta::is_row_key(name.key)) return files_.stat(name);
  BERTH_TRY(const auto size, store_.read({}, [&](meta::Tx& tx) { return tx.blob_bytes().size(name.key); }));
  if (!size) return std::nullopt;
  return blob::BlobInfo{.name = name, .size = *size, .touched = {}};
}

base::Result<std::unique_ptr<blob::BlobReader>> HotBlobs::open(const blob::BlobName& name, blob::ByteRange range) {
  if (!meta::is_row_key(name.key)) return files_.open(name, range);
  BERTH_TRY(auto bytes, store_.read({}, [&](meta::Tx& tx) { return tx.blob_bytes().find(name.key); }));
  if (!bytes) {
    return base::fail(base::Errc::blob_unknown, "there are no bytes of " + name.digest.text() + " in the metadata");
  }
  return std::make_unique<blob::TextReader>(std::make_shared<const std::string>(*std::move(bytes)), range);
}

base::Result<bool> HotBlobs::remove(const blob::BlobName& name) {
  if (!meta::is_row_key(name.key)) return files_.remove(name);
  return store_.write({}, [&](meta::Tx& tx) { return tx.blob_bytes().remove(name.key); });
}

}  // namespace berth::service
