// The name of content: an algorithm and a hash of the bytes (OCI image-spec, descriptor.md#digests).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace berth::model {

enum class DigestAlgorithm : std::uint8_t { sha256, sha512 };
std::string_view name(DigestAlgorithm algorithm);
base::Result<DigestAlgorithm> digest_algorithm_from(std::string_view text);  // digest_invalid

// A valid digest of a supported algorithm, in its only spelling (lower-case hex). A value; cheap to copy is not
// promised (a string inside). Ordered as text.
class Digest {
 public:
  // `digest_invalid` for an unknown algorithm, a wrong length, or anything but lower-case hex.
  static base::Result<Digest> parse(std::string_view text);
  // From the raw bytes of a hash.
  static Digest from_raw(DigestAlgorithm algorithm, std::string_view raw);

  DigestAlgorithm algorithm() const { return algorithm_; }
  std::string_view hex() const { return std::string_view(text_).substr(text_.find(':') + 1); }
  const std::string& text() const { return text_; }

  friend auto operator<=>(const Digest& a, const Digest& b) { return a.text_ <=> b.text_; }
  friend bool operator==(const Digest& a, const Digest& b) { return a.text_ == b.text_; }

 private:
  Digest(DigestAlgorithm algorithm, std::string text) : algorithm_(algorithm), text_(std::move(text)) {}
  DigestAlgorithm algorithm_;
  std::string text_;
};

}  // namespace berth::model

template <>
struct std::hash<berth::model::Digest> {
  std::size_t operator()(const berth::model::Digest& d) const noexcept { return std::hash<std::string>()(d.text()); }
};
