// What every store knows of an upload besides its bytes. For implementers of BlobStore only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/hash.h"
#include "model/digest.h"

namespace berth::blob {

// A lower-case UUID. Nothing else becomes the name of a file or an object.
bool is_upload_name(std::string_view name);
base::Result<void> require_upload_name(std::string_view name);  // internal
// A ULID, as base::ulid() writes it.
bool is_storage_key(std::string_view text);

// How many bytes came and what they hash to. A value; one owner.
class UploadProgress {
 public:
  explicit UploadProgress(model::DigestAlgorithm algorithm);

  void update(base::Bytes bytes) { hasher_.update(bytes); }
  std::uint64_t size() const { return hasher_.size(); }
  model::DigestAlgorithm algorithm() const;
  model::Digest digest() const;

  // The text that BlobWriter::checkpoint() hands out: "1.<state of the hash in base64url>".
  std::string save() const;
  static base::Result<UploadProgress> restore(std::string_view state);  // corrupt

 private:
  explicit UploadProgress(crypto::Hasher hasher) : hasher_(std::move(hasher)) {}
  crypto::Hasher hasher_;
};

// The error for bytes that turned out to be something else.
std::unexpected<base::Error> digest_mismatch(const model::Digest& expected, const model::Digest& actual);

}  // namespace berth::blob
