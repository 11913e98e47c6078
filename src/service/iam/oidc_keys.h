// The public keys of OpenID Connect issuers, as they publish them (OpenID Connect Discovery 1.0), kept for a while.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "auth/key_set.h"
#include "auth/web_identity.h"
#include "base/clock.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/log.h"
#include "fetch/client.h"

namespace berth::service::iam {

struct OidcKeysOptions {
  std::chrono::seconds lifetime = std::chrono::hours(1);  // after which keys are fetched again
  std::chrono::seconds interval{30};                      // between looks for unknown keys; after a failure
  std::size_t max_issuers = 1'000;
};

// Safe from any thread; callers who want the keys of one issuer wait for one fetch. References outlive it.
class OidcKeys {
 public:
  OidcKeys(const fetch::Fetcher& fetcher, const base::Clock& clock, base::Log& log, OidcKeysOptions options = {})
      : fetcher_(fetcher), clock_(clock), log_(log), options_(options) {}

  // Is the token signed with a key that its issuer publishes? Only for issuers that an account trusts: it fetches from
  // `token.issuer`. A key that is not known is looked for again at once, so that rotation needs no patience, but not
  // for every token that names one.
  // identity_token_invalid: no, or the issuer publishes nothing that is understood; identity_provider_unreachable.
  base::Result<void> verify(const auth::WebIdentityToken& token, const base::Deadline& deadline);

 private:
  struct Issuer {
    std::mutex mutex;
    std::optional<auth::KeySet> keys;
    base::Timestamp fetched;                  // the keys
    std::optional<base::Timestamp> failed{};  // the last try, if it did
    std::optional<base::Timestamp> looked{};  // for a key that was not known
    base::Error failure{};                    // how it failed
  };

  std::shared_ptr<Issuer> find(const std::string& issuer);
  void refresh(Issuer& issuer, const std::string& url, const base::Deadline& deadline);
  base::Result<auth::KeySet> fetch(const std::string& issuer, const base::Deadline& deadline) const;

  const fetch::Fetcher& fetcher_;
  const base::Clock& clock_;
  base::Log& log_;
  const OidcKeysOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Issuer>> issuers_;
};

}  // namespace berth::service::iam
