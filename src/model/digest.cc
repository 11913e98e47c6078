#include "model/digest.h"

#include <algorithm>

#include "base/bytes.h"

namespace berth::model {
namespace {

bool lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::size_t hex_length(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::sha256: return 64;
    case DigestAlgorithm::sha512: return 128;
  }
  std::unreachable();
}

}  // namespace

std::string_view name(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::sha256: return "sha256";
    case DigestAlgorithm::sha512: return "sha512";
  }
  std::unreachable();
}

base::Result<DigestAlgorithm> digest_algorithm_from(std::string_view text) {
  if (text == "sha256") return DigestAlgorithm::sha256;
  if (text == "sha512") return DigestAlgorithm::sha512;
  return base::fail(base::Errc::digest_invalid, "digest algorithm is not supported: use sha256 or sha512");
}

base::Result<Digest> Digest::parse(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return base::fail(base::Errc::digest_invalid, "digest has no algorithm: expected sha256:<64 hex digits>");
  }
  BERTH_TRY(const auto algorithm, digest_algorithm_from(text.substr(0, colon)));
  const auto hex = text.substr(colon + 1);
  if (hex.size() != hex_length(algorithm) || !std::ranges::all_of(hex, lower_hex)) {
    return base::fail(base::Errc::digest_invalid, "digest is malformed: expected " + std::string(name(algorithm)) +
                                                      ":<" + std::to_string(hex_length(algorithm)) +
                                                      " lower-case hex digits>");
  }
  return Digest(algorithm, std::string(text));
}

Digest Digest::from_raw(DigestAlgorithm algorithm, std::string_view raw) {
  return Digest(algorithm, std::string(name(algorithm)) + ":" + base::to_hex(base::as_bytes(raw)));
}

}  // namespace berth::model
