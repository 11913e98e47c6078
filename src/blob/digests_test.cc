#include "blob/digests.h"

#include <gtest/gtest.h>

namespace berth::blob {
namespace {

// https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
TEST(Digests, OfBothAlgorithms) {
  const auto bytes = base::as_bytes("abc");
  const auto small = digest_of(bytes, model::DigestAlgorithm::sha256);
  EXPECT_EQ(small.text(), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const auto large = digest_of(bytes, model::DigestAlgorithm::sha512);
  EXPECT_EQ(large.text(),
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
            "454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Digests, OfBytesThatComeInPieces) {
  for (const auto algorithm : {model::DigestAlgorithm::sha256, model::DigestAlgorithm::sha512}) {
    auto hasher = hasher_for(algorithm);
    hasher.update(base::as_bytes("a"));
    hasher.update(base::as_bytes("bc"));
    EXPECT_EQ(algorithm_of(hasher), algorithm);
    EXPECT_EQ(digest_from(std::move(hasher)), digest_of(base::as_bytes("abc"), algorithm));
  }
}

}  // namespace
}  // namespace berth::blob
