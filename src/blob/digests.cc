#include "blob/digests.h"

#include <utility>

namespace berth::blob {

crypto::Hasher hasher_for(model::DigestAlgorithm algorithm) {
  switch (algorithm) {
    case model::DigestAlgorithm::sha256: return crypto::Hasher(crypto::HashAlgorithm::sha256);
    case model::DigestAlgorithm::sha512: return crypto::Hasher(crypto::HashAlgorithm::sha512);
  }
  std::unreachable();
}

model::DigestAlgorithm algorithm_of(const crypto::Hasher& hasher) {
  switch (hasher.algorithm()) {
    case crypto::HashAlgorithm::sha256: return model::DigestAlgorithm::sha256;
    case crypto::HashAlgorithm::sha512: return model::DigestAlgorithm::sha512;
  }
  std::unreachable();
}

model::Digest digest_from(crypto::Hasher hasher) {
  return model::Digest::from_raw(algorithm_of(hasher), hasher.finish());
}

model::Digest digest_of(base::Bytes bytes, model::DigestAlgorithm algorithm) {
  auto hasher = hasher_for(algorithm);
  hasher.update(bytes);
  return digest_from(std::move(hasher));
}

}  // namespace berth::blob
