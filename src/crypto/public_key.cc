#include "crypto/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <optional>
#include <string>
#include <utility>

namespace berth::crypto {
namespace {

template <auto Function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    Function(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;  // what is larger costs more to verify than a stranger may ask for
constexpr std::size_t kMaxExponent = 8;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Number number(std::string_view big_endian) {
  return Number(BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

std::shared_ptr<EVP_PKEY> make_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return {key, &EVP_PKEY_free};
}

struct Method {
  const EVP_MD* digest;
  bool pss = false;
  std::size_t half = 0;  // of an ECDSA signature, in bytes
};

// r and s as the DER structure that OpenSSL reads.
std::optional<std::string> to_der(std::string_view pair, std::size_t half) {
  if (pair.size() != 2 * half) return std::nullopt;
  const EcSignature signature(ECDSA_SIG_new());
  Number r = number(pair.substr(0, half));
  Number s = number(pair.substr(half));
  if (!signature || !r || !s) return std::nullopt;
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());  // takes both; fails for null only
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

bool verify_with(EVP_PKEY* key, const Method& method, base::Bytes message, std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's
  if (!context || EVP_DigestVerifyInit(context.get(), &options, method.digest, nullptr, key) != 1) return false;
  if (method.pss && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
                     EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(base::as_text(message)),
                          message.size()) == 1;
}

}  // namespace

base::Result<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
  const auto refuse = [] { return base::fail(base::Errc::invalid_input, "not an RSA public key"); };
  if (modulus.size() > kMaxRsaBits / 8 + 1 || exponent.empty() || exponent.size() > kMaxExponent) return refuse();
  const Number n = number(modulus);
  const Number e = number(exponent);
  if (!n || !e || BN_num_bits(n.get()) < kMinRsaBits || BN_num_bits(n.get()) > kMaxRsaBits) return refuse();
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1 || BN_is_odd(n.get()) == 0) return refuse();
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return refuse();
  }
  auto key = make_key("RSA", builder.get());
  if (!key) return refuse();
  return PublicKey(Kind::rsa, std::move(key));
}

PublicKey::Parameters PublicKey::parameters(Curve curve) {
  switch (curve) {
    case Curve::p256: return {.group = "P-256", .size = 32, .kind = Kind::p256};
    case Curve::p384: return {.group = "P-384", .size = 48, .kind = Kind::p384};
    case Curve::p521: return {.group = "P-521", .size = 66, .kind = Kind::p521};
  }
  std::unreachable();
}

base::Result<PublicKey> PublicKey::ec(Curve curve, std::string_view x, std::string_view y) {
  const auto refuse = [] { return base::fail(base::Errc::invalid_input, "not a public key of that curve"); };
  const auto [group, size, kind] = parameters(curve);
  if (x.size() != size || y.size() != size) return refuse();
  const std::string point = std::string(1, '\x04').append(x).append(y);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return refuse();
  }
  auto key = make_key("EC", builder.get());
  if (!key) return refuse();
  const KeyContext check(EVP_PKEY_CTX_new(key.get(), nullptr));
  const bool valid = check && EVP_PKEY_public_check(check.get()) == 1;
  ERR_clear_error();
  if (!valid) return refuse();
  return PublicKey(kind, std::move(key));
}

bool PublicKey::verify(SignatureAlgorithm algorithm, base::Bytes message, std::string_view signature) const {
  Method method{};
  Kind kind = Kind::rsa;
  switch (algorithm) {
    case SignatureAlgorithm::rs256: method = {.digest = EVP_sha256()}; break;
    case SignatureAlgorithm::rs384: method = {.digest = EVP_sha384()}; break;
    case SignatureAlgorithm::rs512: method = {.digest = EVP_sha512()}; break;
    case SignatureAlgorithm::ps256: method = {.digest = EVP_sha256(), .pss = true}; break;
    case SignatureAlgorithm::es256: method = {.digest = EVP_sha256(), .half = 32}, kind = Kind::p256; break;
    case SignatureAlgorithm::es384: method = {.digest = EVP_sha384(), .half = 48}, kind = Kind::p384; break;
    case SignatureAlgorithm::es512: method = {.digest = EVP_sha512(), .half = 66}, kind = Kind::p521; break;
  }
  if (kind != kind_) return false;
  bool good = false;
  if (method.half == 0) {
    good = verify_with(key_.get(), method, message, signature);
  } else if (const auto der = to_der(signature, method.half)) {
    good = verify_with(key_.get(), method, message, *der);
  }
  ERR_clear_error();  // a bad signature leaves a note that nobody reads
  return good;
}

}  // namespace berth::crypto
