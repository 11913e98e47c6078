#include "crypto/aead.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace berth::crypto {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kNonceSize = 12;  // what GCM uses unless told otherwise
constexpr std::size_t kTagSize = 16;

using CipherCtx = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// Fails only without memory or without the cipher: nothing a caller could react to.
void must(int ok) {
  if (ok != 1) throw std::runtime_error("OpenSSL: AES-256-GCM failed");
}

unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
int length(std::string_view text) { return static_cast<int>(text.size()); }

CipherCtx make_context() {
  CipherCtx ctx(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  must(ctx ? 1 : 0);
  return ctx;
}

}  // namespace

base::Result<SealingKey> SealingKey::from_bytes(std::string_view key) {
  if (key.size() != kKeySize) return base::fail(base::Errc::corrupt, "a sealing key has 32 bytes");
  return SealingKey(std::string(key));
}

std::string SealingKey::seal(std::string_view plain, std::string_view context, Random& random) const {
  std::string sealed = random_bytes(random, kNonceSize);
  sealed.resize(kNonceSize + plain.size() + kTagSize);
  const auto ctx = make_context();
  int n = 0;
  must(EVP_EncryptInit_ex(ctx.get(), EVP_aes_256_gcm(), nullptr, raw(key_), raw(sealed)));
  must(EVP_EncryptUpdate(ctx.get(), nullptr, &n, raw(context), length(context)));
  must(EVP_EncryptUpdate(ctx.get(), raw(sealed) + kNonceSize, &n, raw(plain), length(plain)));
  unsigned char* const tag = raw(sealed) + kNonceSize + plain.size();
  must(EVP_EncryptFinal_ex(ctx.get(), tag, &n));  // writes nothing: GCM is a stream
  must(EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, tag));
  return sealed;
}

base::Result<std::string> SealingKey::open(std::string_view sealed, std::string_view context) const {
  const auto refuse = [] { return base::fail(base::Errc::corrupt, "a sealed value does not verify"); };
  if (sealed.size() < kNonceSize + kTagSize) return refuse();
  const std::string_view nonce = sealed.substr(0, kNonceSize);
  const std::string_view cipher = sealed.substr(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  std::string tag(sealed.substr(sealed.size() - kTagSize));
  std::string plain(cipher.size(), '\0');
  const auto ctx = make_context();
  int n = 0;
  must(EVP_DecryptInit_ex(ctx.get(), EVP_aes_256_gcm(), nullptr, raw(key_), raw(nonce)));
  must(EVP_DecryptUpdate(ctx.get(), nullptr, &n, raw(context), length(context)));
  must(EVP_DecryptUpdate(ctx.get(), raw(plain), &n, raw(cipher), length(cipher)));
  must(EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, raw(tag)));
  unsigned char none = 0;
  if (EVP_DecryptFinal_ex(ctx.get(), &none, &n) != 1) return refuse();
  return plain;
}

}  // namespace berth::crypto
