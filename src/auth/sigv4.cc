#include "auth/sigv4.h"

#include <algorithm>
#include <utility>

#include "auth/amz_date.h"
#include "base/bytes.h"

namespace berth::auth {
namespace {

using base::as_bytes;
using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kTerminator = "aws4_request";

std::unexpected<base::Error> mismatch(std::source_location where = std::source_location::current()) {
  return fail(Errc::signature_mismatch,
              "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
              "Access Key and signing method. Consult the service documentation for details.",
              where);
}

std::unexpected<base::Error> unrecognized(std::source_location where = std::source_location::current()) {
  return fail(Errc::unrecognized_client, "The security token included in the request is invalid.", where);
}

bool is_key_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_sha256_hex(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool serves(const std::vector<std::string>& list, std::string_view name) {
  return list.empty() || std::ranges::find(list, name) != list.end();
}

}  // namespace

SigV4Verifier::SigV4Verifier(const CredentialSource& credentials, const base::Clock& clock, SigV4Options options)
    : credentials_(credentials), clock_(clock), options_(std::move(options)), cache_(options_.cached_keys) {}

// The order of the checks is AWS's, as seen from outside: it decides which of two errors a client gets.
Result<PendingSignature> SigV4Verifier::inspect(const RequestHead& head) const {
  const auto query = parse_query(head.query);
  BERTH_TRY(const SignatureFields fields, read_signature(head, query));
  BERTH_TRY(const base::Timestamp signed_at, check_time(fields, clock_.now(), options_.skew));
  BERTH_TRY(const auto names, signed_names(fields, head));
  if (fields.algorithm != kSigV4Algorithm) {
    return fail(Errc::incomplete_signature,
                "Unsupported AWS 'algorithm': '" + printable(fields.algorithm) + "' (only AWS4-HMAC-SHA256 for now). ");
  }
  BERTH_TRY(Credential credential, parse_credential(fields.credential));
  BERTH_TRY(model::Region region, check_scope(credential, signed_at));
  // Also refuses UNSIGNED-PAYLOAD and the STREAMING- forms, which are S3's.
  if (fields.payload_hash && !is_sha256_hex(*fields.payload_hash)) return mismatch();
  BERTH_TRY(AccessKey key, find_key(credential.scope.access_key_id, fields));

  PendingSignature pending(std::move(key.caller), std::move(region), std::move(credential.scope));
  pending.date_ = format_amz_date(signed_at);
  pending.signature_ = fields.signature;
  pending.cache_entry_ = SigningKeyCache::entry_name(key.secret.reveal(), pending.scope_);
  auto cached = cache_.find(pending.cache_entry_);
  pending.key_was_cached_ = cached.has_value();
  pending.signing_key_ = cached ? std::move(*cached) : derive_signing_key(key.secret.reveal(), pending.scope_);
  pending.canonical_.emplace(crypto::HashAlgorithm::sha256);
  pending.canonical_->update(as_bytes(canonical_head(head, query, names)));
  if (fields.payload_hash) {
    pending.payload_hash_ = *fields.payload_hash;
    BERTH_CHECK(check_signature(pending, pending.payload_hash_));
  }
  return pending;
}

Result<Authenticated> SigV4Verifier::verify(PendingSignature pending, std::string_view body_sha256_hex) const {
  if (pending.canonical_) {
    BERTH_CHECK(check_signature(pending, body_sha256_hex));
  } else if (pending.payload_hash_ != body_sha256_hex) {
    return mismatch();
  }
  return Authenticated{.caller = std::move(pending.caller_),
                       .region = std::move(pending.region_),
                       .service = std::move(pending.scope_.service)};
}

Result<model::Region> SigV4Verifier::check_scope(const Credential& credential, base::Timestamp signed_at) const {
  const CredentialScope& scope = credential.scope;
  const std::string time = format_amz_date(signed_at);
  auto region = model::Region::parse(scope.region);
  std::string wrong;
  const bool regionless = std::ranges::find(options_.regionless, scope.service) != options_.regionless.end();
  if (!region || (!regionless && !serves(options_.regions, scope.region))) {
    wrong += "Credential should be scoped to a valid region, not '" + printable(scope.region) + "'. ";
  }
  if (!serves(options_.services, scope.service)) {
    wrong += "Credential should be scoped to correct service: '" + options_.services.front() + "'. ";
  }
  if (credential.terminator != kTerminator) {
    wrong += "Credential should be scoped with a valid terminator: 'aws4_request', not '" +
             printable(credential.terminator) + "'. ";
  }
  if (scope.date != time.substr(0, 8)) {
    wrong += "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
             printable(scope.date) + "' != '" + time.substr(0, 8) + "', from '" + time + "'.";
  }
  if (!wrong.empty()) return fail(Errc::signature_mismatch, std::move(wrong));
  return region;
}

Result<AccessKey> SigV4Verifier::find_key(const std::string& access_key_id, const SignatureFields& fields) const {
  if (!is_key_id(access_key_id)) return unrecognized();
  const std::string_view token = fields.security_token ? std::string_view(*fields.security_token) : std::string_view();
  BERTH_TRY(auto key, credentials_.find(access_key_id, token));
  if (!key) return unrecognized();
  if (key->caller.session && key->caller.session->expires <= clock_.now()) {
    return fail(Errc::credentials_expired, "The security token included in the request is expired");
  }
  return std::move(*key);
}

// Uses up the hasher. A key enters the cache only after it has proven right, so that strangers cannot fill it.
Result<void> SigV4Verifier::check_signature(PendingSignature& pending, std::string_view body_sha256_hex) const {
  pending.canonical_->update(as_bytes(body_sha256_hex));
  const std::string canonical_hash = base::to_hex(as_bytes(pending.canonical_->finish()));
  pending.canonical_.reset();
  const std::string expected = signature_of(pending.signing_key_, pending.date_, pending.scope_, canonical_hash);
  if (!crypto::equal_constant_time(expected, pending.signature_)) return mismatch();
  if (!pending.key_was_cached_) cache_.put(pending.cache_entry_, std::move(pending.signing_key_));
  return {};
}

}  // namespace berth::auth
