#include "auth/signer.h"

#include <algorithm>

#include "auth/amz_date.h"
#include "auth/signing_key.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace berth::auth {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

// Lower case, in order, each once: what SignedHeaders lists.
std::vector<std::string> names_of(const Fields& fields) {
  std::vector<std::string> names = {"host"};
  for (const auto& field : fields) names.push_back(base::to_lower(field.first));
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out.append(out.empty() ? "" : ";").append(name);
  return out;
}

}  // namespace

Fields sign(const RequestHead& head, std::string_view body_sha256_hex, const SigningIdentity& identity,
            std::string_view region, std::string_view service, base::Timestamp now) {
  const std::string date = format_amz_date(now);
  Fields added = {{"X-Amz-Date", date}};
  if (identity.session_token) added.emplace_back("X-Amz-Security-Token", identity.session_token->reveal());

  Fields all(head.headers.begin(), head.headers.end());
  all.insert(all.end(), added.begin(), added.end());
  const std::vector<std::string> names = names_of(all);
  const RequestHead whole{
      .method = head.method, .path = head.path, .query = head.query, .host = head.host, .headers = all};
  const std::vector<std::string_view> views(names.begin(), names.end());
  std::string canonical = canonical_head(whole, parse_query(head.query), views);
  canonical += body_sha256_hex;

  const CredentialScope scope{.access_key_id = identity.access_key_id,
                              .date = date.substr(0, 8),
                              .region = std::string(region),
                              .service = std::string(service)};
  const std::string signature = signature_of(derive_signing_key(identity.secret.reveal(), scope), date, scope,
                                             crypto::sha256_hex(base::as_bytes(canonical)));
  added.emplace_back("Authorization", std::string(kSigV4Algorithm) + " Credential=" + scope.access_key_id + '/' +
                                          scope.text() + ", SignedHeaders=" + joined(names) +
                                          ", Signature=" + signature);
  return added;
}

}  // namespace berth::auth
