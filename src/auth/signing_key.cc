#include "auth/signing_key.h"

#include "base/bytes.h"
#include "crypto/hash.h"

namespace berth::auth {

using base::as_bytes;

std::string derive_signing_key(std::string_view secret, const CredentialScope& scope) {
  std::string key = "AWS4";
  key += secret;
  for (const std::string_view part : {std::string_view(scope.date), std::string_view(scope.region),
                                      std::string_view(scope.service), std::string_view("aws4_request")}) {
    key = crypto::hmac_sha256(as_bytes(key), as_bytes(part));
  }
  return key;
}

std::string signature_of(std::string_view signing_key, std::string_view amz_date, const CredentialScope& scope,
                         std::string_view canonical_sha256_hex) {
  std::string to_sign(kSigV4Algorithm);
  to_sign.append("\n").append(amz_date).append("\n").append(scope.text()).append("\n").append(canonical_sha256_hex);
  return base::to_hex(as_bytes(crypto::hmac_sha256(as_bytes(signing_key), as_bytes(to_sign))));
}

std::string SigningKeyCache::entry_name(std::string_view secret, const CredentialScope& scope) {
  return scope.access_key_id + '/' + scope.text() + '/' + crypto::sha256(as_bytes(secret));
}

std::optional<std::string> SigningKeyCache::find(const std::string& entry_name) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(entry_name);
  if (found == index_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void SigningKeyCache::put(const std::string& entry_name, std::string signing_key) {
  const std::lock_guard lock(mutex_);
  if (capacity_ == 0 || index_.contains(entry_name)) return;
  if (entries_.size() == capacity_) {
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
  entries_.emplace_front(entry_name, std::move(signing_key));
  index_.emplace(entries_.front().first, entries_.begin());
}

std::size_t SigningKeyCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace berth::auth
