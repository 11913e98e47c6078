// Public keys and signatures made with their private halves: what JWTs are verified with (RFC 7518 section 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

// OpenSSL's, which no header of ours includes.
struct evp_pkey_st;

namespace berth::crypto {

// RSA PKCS #1 v1.5, RSA-PSS with a salt as long as the hash, ECDSA on the curve that belongs to the hash.
enum class SignatureAlgorithm : std::uint8_t { rs256, rs384, rs512, ps256, es256, es384, es512 };

enum class Curve : std::uint8_t { p256, p384, p521 };

// Immutable; copies share. Safe from any thread.
class PublicKey {
 public:
  // Numbers are big-endian bytes. RSA has 2048 to 8192 bits and an odd exponent from 3, of 8 bytes at most; a point
  // lies on its curve. Anything else is `invalid_input`.
  static base::Result<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
  static base::Result<PublicKey> ec(Curve curve, std::string_view x, std::string_view y);

  // Is `signature` (of ECDSA: r and s, of equal length) this key's over `message`? Not if the algorithm is for keys of
  // another kind or curve.
  bool verify(SignatureAlgorithm algorithm, base::Bytes message, std::string_view signature) const;

 private:
  enum class Kind : std::uint8_t { rsa, p256, p384, p521 };
  struct Parameters {
    const char* group;
    std::size_t size;  // of a coordinate, in bytes
    Kind kind;
  };
  static Parameters parameters(Curve curve);
  PublicKey(Kind kind, std::shared_ptr<evp_pkey_st> key) : kind_(kind), key_(std::move(key)) {}

  Kind kind_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace berth::crypto
