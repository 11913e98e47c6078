// The keys that SigV4 derives from a secret (four HMACs each), and a cache of them, because a client uses one all day.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace berth::auth {

struct CredentialScope {
  std::string access_key_id;
  std::string date;  // YYYYMMDD
  std::string region;
  std::string service;

  // What follows the key id in a credential, and stands in the string to sign.
  std::string text() const { return date + '/' + region + '/' + service + "/aws4_request"; }
};

std::string derive_signing_key(std::string_view secret, const CredentialScope& scope);

inline constexpr std::string_view kSigV4Algorithm = "AWS4-HMAC-SHA256";

// The signature, in hex, of a canonical request ("string to sign", steps 2 and 4). `amz_date`: 20250131T235959Z.
std::string signature_of(std::string_view signing_key, std::string_view amz_date, const CredentialScope& scope,
                         std::string_view canonical_sha256_hex);

// Bounded, least recently used goes first. An entry is found only with the secret it was derived from, so a changed
// secret is never stale. Safe from any thread.
class SigningKeyCache {
 public:
  explicit SigningKeyCache(std::size_t capacity) : capacity_(capacity) {}

  static std::string entry_name(std::string_view secret, const CredentialScope& scope);
  std::optional<std::string> find(const std::string& entry_name);
  void put(const std::string& entry_name, std::string signing_key);
  std::size_t size() const;

 private:
  using Entries = std::list<std::pair<std::string, std::string>>;  // most recently used first

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> index_;  // views of the names in entries_
};

}  // namespace berth::auth
