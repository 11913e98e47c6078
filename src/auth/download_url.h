// Signed, expiring URLs of Berth itself, which GetDownloadUrlForLayer answers and plain HTTP clients fetch:
//
//   /download/<account>/<region>/<repository>/<digest>
//       ?X-Amz-Date=20250131T235959Z&X-Amz-Expires=3600&X-Amz-Signature=<hex>
//
// The signature is HMAC-SHA-256, with a key of the master key, over the path and the query before it, byte for byte:
// there is one spelling, and any change fails. Whoever has the URL may read that layer through that repository until it
// expires.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "auth/key_ring.h"
#include "base/clock.h"
#include "base/error.h"
#include "model/digest.h"
#include "model/repository.h"

namespace berth::auth {

// What a URL allows: to read `digest` as long as `repository` still has it, which the caller of verify() checks.
struct DownloadGrant {
  model::RepositoryRef repository;
  model::Digest digest;
  base::Timestamp expires;
};

// Immutable; safe from any thread.
class DownloadUrls {
 public:
  static constexpr std::string_view kPathPrefix = "/download/";
  static constexpr std::chrono::hours kLifetime{1};

  explicit DownloadUrls(const KeyRing& keys) : key_(keys.download_url()) {}

  // The target (path and query) to put behind a scheme and host.
  std::string make(const model::RepositoryRef& repository, const model::Digest& digest, base::Timestamp now,
                   std::chrono::seconds lifetime = kLifetime) const;

  // Both raw. `signature_mismatch`: not made here, or changed; `access_denied`: "Request has expired", as S3 says it.
  base::Result<DownloadGrant> verify(std::string_view path, std::string_view query, base::Timestamp now) const;

 private:
  std::string sign(std::string_view path, std::string_view query) const;
  std::string key_;
};

}  // namespace berth::auth
