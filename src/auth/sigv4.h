// Verification of AWS Signature Version 4, in the header form and the presigned form, for the services whose payload is
// signed as a whole (all but S3). Source: "AWS Signature Version 4 for API requests" of the IAM User Guide.
//
// Two steps, so that a body is read only for a plausible head, and a caller who names its body's hash is verified
// before the first byte of the body:
//   inspect(head)  -> PendingSignature      everything that the head shows
//   verify(pending, hash of the body) -> Authenticated
//
// Errors: missing_authentication, incomplete_signature, unrecognized_client, signature_mismatch (also: time, scope),
// credentials_expired, each with AWS's text; and what the CredentialSource fails with.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/caller.h"
#include "auth/canonical.h"
#include "auth/credentials.h"
#include "auth/signature_fields.h"
#include "auth/signing_key.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/hash.h"
#include "model/region.h"

namespace berth::auth {

struct SigV4Options {
  std::vector<std::string> regions;     // those served; empty: any
  std::vector<std::string> regionless;  // services that any region's signature will do for
  std::vector<std::string> services;    // those served, e.g. {"ecr", "sts"}; empty: any
  std::chrono::seconds skew = std::chrono::minutes(15);
  std::size_t cached_keys = 4096;
};

// Who signed, and for which door.
struct Authenticated {
  Caller caller;
  model::Region region;
  std::string service;
};

// Between the two steps. Owns what it needs: the head may be gone. One owner, one thread at a time.
class PendingSignature {
 public:
  // What the client claims; proven only by verify().
  const std::string& service() const { return scope_.service; }

 private:
  friend class SigV4Verifier;
  PendingSignature(Caller caller, model::Region region, CredentialScope scope)
      : caller_(std::move(caller)), region_(std::move(region)), scope_(std::move(scope)) {}

  Caller caller_;
  model::Region region_;
  CredentialScope scope_;
  std::string date_;       // of the string to sign
  std::string signature_;  // the client's
  std::string cache_entry_;
  std::string signing_key_;
  bool key_was_cached_ = false;
  std::optional<crypto::Hasher>
      canonical_;             // has seen all but the body's hash; nothing: the signature is right already
  std::string payload_hash_;  // what the body must hash to, if the head says so
};

// Safe from any thread. The source and the clock outlive it.
class SigV4Verifier {
 public:
  SigV4Verifier(const CredentialSource& credentials, const base::Clock& clock, SigV4Options options = {});

  base::Result<PendingSignature> inspect(const RequestHead& head) const;
  base::Result<Authenticated> verify(PendingSignature pending, std::string_view body_sha256_hex) const;

 private:
  base::Result<model::Region> check_scope(const Credential& credential, base::Timestamp signed_at) const;
  base::Result<AccessKey> find_key(const std::string& access_key_id, const SignatureFields& fields) const;
  base::Result<void> check_signature(PendingSignature& pending, std::string_view body_sha256_hex) const;

  const CredentialSource& credentials_;
  const base::Clock& clock_;
  const SigV4Options options_;
  mutable SigningKeyCache cache_;
};

}  // namespace berth::auth
