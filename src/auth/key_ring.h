// The one secret that Berth keeps in a file, and the keys derived from it.
//
// `master.key` lies in the data folder: 32 random bytes, mode 0600, made once by `berth init`. Each purpose has a key
// of its own, HMAC-SHA-256(master, "berth/v1/<purpose>"), the expand step of HKDF (RFC 5869) for one block. Losing the
// file loses every access key's secret; a copy of it beside a copy of the metadata opens them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/aead.h"
#include "crypto/random.h"

namespace berth::auth {

inline constexpr std::string_view kMasterKeyFile = "master.key";

// Immutable; safe from any thread.
class KeyRing {
 public:
  // Makes the file in an existing folder and returns its keys. The file appears whole or not at all, also after a
  // crash, and an existing one is never touched: `conflict`. Other failures: `storage_full`, `unavailable`.
  static base::Result<KeyRing> create(const std::filesystem::path& folder, crypto::Random& random);

  // `unavailable` with a sentence for the operator: no such file, others may read it, not owned by this user or root,
  // not 32 bytes. A symbolic link is followed; what it leads to is checked.
  static base::Result<KeyRing> load(const std::filesystem::path& folder);

  // `master`: 32 bytes, else `corrupt`.
  static base::Result<KeyRing> from_bytes(std::string_view master);

  const crypto::SealingKey& access_keys() const { return access_keys_; }        // secrets at rest
  const crypto::SealingKey& registry_token() const { return registry_token_; }  // passwords of GetAuthorizationToken
  const std::string& download_url() const { return download_url_; }             // HMAC key of download URLs
  const crypto::SealingKey& session_token() const { return session_token_; }    // temporary credentials
  const crypto::SealingKey& denial_message() const { return denial_message_; }  // encoded authorization messages

 private:
  KeyRing(crypto::SealingKey access_keys, crypto::SealingKey registry_token, crypto::SealingKey session_token,
          crypto::SealingKey denial_message, std::string download_url)
      : access_keys_(std::move(access_keys)),
        registry_token_(std::move(registry_token)),
        session_token_(std::move(session_token)),
        denial_message_(std::move(denial_message)),
        download_url_(std::move(download_url)) {}

  crypto::SealingKey access_keys_;
  crypto::SealingKey registry_token_;
  crypto::SealingKey session_token_;
  crypto::SealingKey denial_message_;
  std::string download_url_;
};

}  // namespace berth::auth
