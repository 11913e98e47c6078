// Content-addressed bytes, and nothing else: no repositories, no tags, no accounts, no HTTP.
//
// Bytes are visible if and only if all of them are there and durable, also after a crash. Bytes under one name never
// change. Every method may block: call from a pool thread. Safe from any thread; readers and writers are each for one
// thread at a time and must not outlive the store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "model/digest.h"

namespace berth::blob {

// What bytes are stored under: their digest, and a storage key that is made for each commit and never used again (a
// ULID). So a removal that was decided on for one copy of a blob can never hit another (docs/adr/0006-storage-keys.md).
// What was stored before there were keys has the empty one.
struct BlobName {
  model::Digest digest;
  std::string key;

  friend auto operator<=>(const BlobName&, const BlobName&) = default;
};

// `touched`: about when they were committed, by the clock of the store; 1970 if it has none.
struct BlobInfo {
  BlobName name;
  std::uint64_t size = 0;
  base::Timestamp touched;
};

// Bytes of an upload that is not finished. `touched`: about when the last of them came, by the clock of the store; 1970
// if it has none.
struct UploadInfo {
  std::string name;
  base::Timestamp touched;
};

// `length` bytes from `first` on, or fewer if the blob ends before; none if it ends before `first`. Whether a client
// may ask for such a range is the caller's business.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = UINT64_MAX;
};

// Goes on reading the same bytes even if the blob is removed meanwhile.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::uint64_t size() const = 0;  // of the whole blob
  // Up to out.size() bytes; 0 = end of the range. `corrupt` if the bytes cannot be read or end too early.
  virtual base::Result<std::size_t> read(std::span<std::byte> out) = 0;
  // The open file behind it, if there is one, for sending without copying. Positions are the blob's own.
  virtual std::shared_ptr<const base::File> file() const { return nullptr; }
};

// The next `length` bytes; corrupt if there are fewer. Memory for all of them is taken at once.
base::Result<std::string> read_exactly(BlobReader& reader, std::uint64_t length);

// An upload that can be put aside: identified by name, resumed by any process that shares the store.
//
// Only one writer per upload exists at a time; create, resume and discard meanwhile answer `upload_busy`. Dropping a
// writer keeps what checkpoint() has reported and allows the next resume.
//
// After an error of append(), checkpoint() or commit(), other than `layer_digest_mismatch`, nothing is known about the
// bytes since the last checkpoint: only drop or discard() the writer. After commit() or discard() only drop it.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual std::uint64_t size() const = 0;
  virtual base::Result<void> append(base::Bytes bytes) = 0;  // storage_full, internal
  // Makes what was appended durable and returns the state with which resume() goes on from here: opaque, printable
  // ASCII, at most 512 characters.
  virtual base::Result<std::string> checkpoint() = 0;
  // Makes the bytes visible under `name`, durably, before it returns; the upload is then gone. `layer_digest_mismatch`
  // if the bytes hash to something else (the upload stays). If the digest is of another algorithm than the writer's,
  // all bytes are read again to hash them.
  virtual base::Result<BlobInfo> commit(const BlobName& name) = 0;
  virtual base::Result<void> discard() = 0;
  // The digest of what was appended so far under the writer's algorithm.
  virtual model::Digest digest() const = 0;
};

// Who calls create() first records the name where it will be found again, or never uses the name again: then what
// list_uploads() shows and no record names is rubbish.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual base::Result<std::optional<BlobInfo>> stat(const BlobName& name) = 0;  // absent is not an error
  virtual base::Result<std::unique_ptr<BlobReader>> open(const BlobName& name,
                                                         ByteRange range = {}) = 0;  // blob_unknown
  // `upload` is a name made by us, a lower-case UUID: anything else is a bug, not input, and answers `internal`.
  // Starts at nothing: bytes that an earlier attempt left under that name are dropped, but as with resume() not before
  // the writer's first append(), checkpoint() or commit().
  virtual base::Result<std::unique_ptr<BlobWriter>> create(const std::string& upload,
                                                           model::DigestAlgorithm algorithm) = 0;
  // Goes on from `state`; bytes after it (a request that died) are cut off by the writer's first append(), checkpoint()
  // or commit(), not before: whoever finds out with the upload in hand that the state is an old one drops the writer,
  // and every byte is still there. `upload_not_found` if the bytes before it are not all there, `corrupt` if it is no
  // state.
  virtual base::Result<std::unique_ptr<BlobWriter>> resume(const std::string& upload, const std::string& state) = 0;
  virtual base::Result<void> discard(const std::string& upload) = 0;  // idempotent, durable
  // Idempotent; false = was absent. Not durable: a power failure may bring the bytes back, without harm under a name
  // that nobody uses again.
  virtual base::Result<bool> remove(const BlobName& name) = 0;
  // Ascending by digest text, then key, for finding what no record names.
  virtual base::Result<std::vector<BlobInfo>> list(const std::optional<BlobName>& after, std::size_t limit) = 0;
  // Uploads that have bytes here, ascending by name from behind `after` on: for finding those that nobody knows of.
  virtual base::Result<std::vector<UploadInfo>> list_uploads(const std::string& after, std::size_t limit) = 0;
};

}  // namespace berth::blob
