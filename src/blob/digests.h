// Digests of bytes: the hashes of crypto by the names that model has for them.
#pragma once

#include "base/bytes.h"
#include "crypto/hash.h"
#include "model/digest.h"

namespace berth::blob {

crypto::Hasher hasher_for(model::DigestAlgorithm algorithm);
model::DigestAlgorithm algorithm_of(const crypto::Hasher& hasher);
// Of all that the hasher was given; it is used up.
model::Digest digest_from(crypto::Hasher hasher);
model::Digest digest_of(base::Bytes bytes, model::DigestAlgorithm algorithm);

}  // namespace berth::blob
