// Small things that the tests of every blob store need.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/hash.h"
#include "model/digest.h"

namespace berth::blob {

inline model::Digest digest_of(std::string_view text, model::DigestAlgorithm algorithm) {
  crypto::Hasher hasher(algorithm == model::DigestAlgorithm::sha256 ? crypto::HashAlgorithm::sha256
                                                                    : crypto::HashAlgorithm::sha512);
  hasher.update(base::as_bytes(text));
  return model::Digest::from_raw(algorithm, hasher.finish());
}
inline model::Digest sha256_of(std::string_view text) { return digest_of(text, model::DigestAlgorithm::sha256); }
inline model::Digest sha512_of(std::string_view text) { return digest_of(text, model::DigestAlgorithm::sha512); }

template <class T>
testing::AssertionResult ok(const base::Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << base::name(result.error().code) << ": " << result.error().message;
}
template <class T>
testing::AssertionResult fails_with(base::Errc code, const base::Result<T>& result) {
  if (result) return testing::AssertionFailure() << "succeeded";
  if (result.error().code == code) return testing::AssertionSuccess();
  return testing::AssertionFailure() << base::name(result.error().code) << ": " << result.error().message;
}

}  // namespace berth::blob
