// The running state has to be saved between requests, and the EVP interface of OpenSSL 3 cannot export it; the
// SHA256_CTX and SHA512_CTX of the low-level interface can. They are deprecated, not removed, and use the same
// assembly. Before any OpenSSL include, so that the headers do not mark them.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <concepts>
#include <cstring>
#include <span>
#include <utility>
#include <variant>

namespace berth::crypto {
namespace {

constexpr std::size_t kSha256Block = 64;
constexpr std::size_t kSha512Block = 128;
constexpr std::size_t kWords = 8;  // of the chaining value, in both algorithms

// Saved state: version, algorithm, bytes seen (8), chaining value (8 words), the bytes of the unfinished block. How
// many those are follows from the bytes seen. All numbers big-endian.
constexpr char kStateVersion = 1;
constexpr std::size_t kStateHeader = 2 + 8;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 61;  // SHA-256 counts bits in 64 bits

template <std::unsigned_integral T>
void put(std::string& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i)));
}

template <std::unsigned_integral T>
T get(std::string_view& in) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((value << 8) | static_cast<unsigned char>(in[i]));
  in.remove_prefix(sizeof(T));
  return value;
}

struct Sha256 {
  static constexpr HashAlgorithm kAlgorithm = HashAlgorithm::sha256;
  static constexpr std::size_t kBlock = kSha256Block;
  using Word = std::uint32_t;
  SHA256_CTX ctx;

  Sha256() { SHA256_Init(&ctx); }
  void update(base::Bytes bytes) { SHA256_Update(&ctx, bytes.data(), bytes.size()); }
  std::string finish() {
    std::string out(SHA256_DIGEST_LENGTH, '\0');
    SHA256_Final(reinterpret_cast<unsigned char*>(out.data()), &ctx);
    return out;
  }
  std::uint64_t seen() const { return ((std::uint64_t{ctx.Nh} << 32) | ctx.Nl) / 8; }
  void set_seen(std::uint64_t bytes) {
    ctx.Nh = static_cast<SHA_LONG>((bytes * 8) >> 32);
    ctx.Nl = static_cast<SHA_LONG>(bytes * 8);
    ctx.num = static_cast<unsigned>(bytes % kBlock);
  }
  const void* block() const { return ctx.data; }
  void* block() { return ctx.data; }
};

struct Sha512 {
  static constexpr HashAlgorithm kAlgorithm = HashAlgorithm::sha512;
  static constexpr std::size_t kBlock = kSha512Block;
  using Word = std::uint64_t;
  SHA512_CTX ctx;

  Sha512() { SHA512_Init(&ctx); }
  void update(base::Bytes bytes) { SHA512_Update(&ctx, bytes.data(), bytes.size()); }
  std::string finish() {
    std::string out(SHA512_DIGEST_LENGTH, '\0');
    SHA512_Final(reinterpret_cast<unsigned char*>(out.data()), &ctx);
    return out;
  }
  std::uint64_t seen() const { return ctx.Nl / 8; }  // below kMaxBytes, so Nh is zero
  void set_seen(std::uint64_t bytes) {
    ctx.Nh = 0;
    ctx.Nl = bytes * 8;
    ctx.num = static_cast<unsigned>(bytes % kBlock);
  }
  const void* block() const { return ctx.u.p; }
  void* block() { return ctx.u.p; }
};

template <class Sha>
std::string save_state(const Sha& sha) {
  std::string out;
  out.reserve(kStateHeader + kWords * sizeof(typename Sha::Word) + Sha::kBlock);
  out.push_back(kStateVersion);
  out.push_back(static_cast<char>(Sha::kAlgorithm));
  put(out, sha.seen());
  for (const auto word : sha.ctx.h) put(out, static_cast<typename Sha::Word>(word));
  out.append(static_cast<const char*>(sha.block()), sha.ctx.num);
  return out;
}

// `body` is what follows the version and the algorithm.
template <class Sha>
bool load_state(Sha& sha, std::string_view body) {
  constexpr std::size_t fixed = 8 + kWords * sizeof(typename Sha::Word);
  if (body.size() < fixed) return false;
  const auto seen = get<std::uint64_t>(body);
  if (seen >= kMaxBytes) return false;
  sha.set_seen(seen);
  for (auto& word : sha.ctx.h) word = get<typename Sha::Word>(body);
  if (body.size() != sha.ctx.num) return false;
  std::memcpy(sha.block(), body.data(), body.size());
  return true;
}

}  // namespace

struct Hasher::State {
  std::variant<Sha256, Sha512> sha;
};

Hasher::Hasher(HashAlgorithm algorithm) : state_(std::make_unique<State>()) {
  switch (algorithm) {
    case HashAlgorithm::sha256: break;  // what the variant starts with
    case HashAlgorithm::sha512: state_->sha.emplace<Sha512>(); break;
  }
}
Hasher::Hasher(const Hasher& other) : state_(std::make_unique<State>(*other.state_)) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(base::Bytes bytes) {
  std::visit([&](auto& sha) { sha.update(bytes); }, state_->sha);
}

std::string Hasher::finish() {
  return std::visit([](auto& sha) { return sha.finish(); }, state_->sha);
}

std::string Hasher::save() const {
  return std::visit([](const auto& sha) { return save_state(sha); }, state_->sha);
}

base::Result<Hasher> Hasher::restore(std::string_view state) {
  const auto refuse = [] { return base::fail(base::Errc::corrupt, "the saved state of a hash is damaged"); };
  if (state.size() < kStateHeader || state[0] != kStateVersion) return refuse();
  const auto algorithm = static_cast<HashAlgorithm>(state[1]);
  if (algorithm != HashAlgorithm::sha256 && algorithm != HashAlgorithm::sha512) return refuse();
  Hasher hasher(algorithm);
  if (!std::visit([&](auto& sha) { return load_state(sha, state.substr(2)); }, hasher.state_->sha)) return refuse();
  return hasher;
}

HashAlgorithm Hasher::algorithm() const {
  return std::visit([](const auto& sha) { return sha.kAlgorithm; }, state_->sha);
}

std::uint64_t Hasher::size() const {
  return std::visit([](const auto& sha) { return sha.seen(); }, state_->sha);
}

std::string sha256(base::Bytes bytes) {
  Sha256 sha;
  sha.update(bytes);
  return sha.finish();
}

std::string sha256_hex(base::Bytes bytes) { return base::to_hex(base::as_bytes(sha256(bytes))); }

// RFC 2104. Written on the low-level hash because every signed request computes several: a third of what
// OpenSSL's HMAC costs on short messages.
std::string hmac_sha256(base::Bytes key, base::Bytes message) {
  std::array<unsigned char, kSha256Block> pad{};
  if (key.size() > pad.size()) {
    const std::string short_key = sha256(key);
    std::memcpy(pad.data(), short_key.data(), short_key.size());
  } else if (!key.empty()) {
    std::memcpy(pad.data(), key.data(), key.size());
  }
  for (auto& byte : pad) byte ^= 0x36;
  Sha256 inner;
  inner.update(std::as_bytes(std::span(pad)));
  inner.update(message);
  for (auto& byte : pad) byte ^= 0x36 ^ 0x5c;
  Sha256 outer;
  outer.update(std::as_bytes(std::span(pad)));
  OPENSSL_cleanse(pad.data(), pad.size());
  outer.update(base::as_bytes(inner.finish()));
  return outer.finish();
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace berth::crypto
