// Small things that the tests of every blob store need.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/test_support.h"
#include "blob/blob_store.h"
#include "blob/digests.h"
#include "model/digest.h"

namespace berth::blob {

inline model::Digest digest_of(std::string_view text, model::DigestAlgorithm algorithm) {
  return digest_of(base::as_bytes(text), algorithm);
}
inline model::Digest sha256_of(std::string_view text) { return digest_of(text, model::DigestAlgorithm::sha256); }
inline model::Digest sha512_of(std::string_view text) { return digest_of(text, model::DigestAlgorithm::sha512); }

// Storage keys, and names under the first.
inline const std::string kKey = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
inline const std::string kOtherKey = "01BX5ZZKBKACTAV9WEVGEMMVRZ";
inline BlobName named(const model::Digest& digest, const std::string& key = kKey) {
  return {.digest = digest, .key = key};
}

using base::fails_with;
using base::ok;

}  // namespace berth::blob
