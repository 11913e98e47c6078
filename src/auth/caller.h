// Who is asking: what authentication ends with and authorization begins with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/account_id.h"

namespace berth::auth {

enum class CallerKind : std::uint8_t {
  root,          // the account itself
  user,          // an IAM user
  role,          // a session of a role
  federated,     // GetFederationToken's kind: a user under another name, bounded by its session policies
  service,       // an AWS service, or what Berth does in one's place ("replication.ecr.amazonaws.com")
  anonymous,     // at the OCI door without credentials
  web_identity,  // whoever has a token of an identity provider, while it asks to assume a role with it
};

// What temporary credentials carry besides who. Sealed into them when they are made; never looked up again.
struct Session {
  base::Timestamp issued;                    // aws:TokenIssueTime
  base::Timestamp expires;                   // of the credentials
  std::vector<std::string> policies;         // documents that bound the session
  std::vector<std::string> policy_arns;      // managed policies that do
  std::map<std::string, std::string> tags;   // session tags; they hide a role's own tags of the same key
  std::vector<std::string> transitive_tags;  // keys that the next AssumeRole inherits
  std::string provider;                      // aws:FederatedProvider; empty: none
  std::string source_identity;
  bool mfa = false;

  friend bool operator==(const Session&, const Session&) = default;
};

// An authenticated principal. A value; says who, never what it may do to a resource. A door makes one per request from
// a signature (sigv4.h) or a registry token (registry_token.h). What GetCallerIdentity answers is these members.
struct Caller {
  CallerKind kind = CallerKind::user;
  model::AccountId account;
  std::string arn;                   // ...:root, ...:user/name, sts assumed-role/ROLE/SESSION; of a service its name
  std::string user_id;               // the account id of a root, AIDA... of a user, AROA...:session of a session
  std::string access_key_id{};       // with which it signed, or got its token
  std::string entity_id{};           // AIDA..., AROA...: the entity whose policies apply; empty: none
  std::string role_arn{};            // of a role's session: arn:aws:iam::A:role/path/name
  std::optional<Session> session{};  // of temporary credentials

  // The account itself, as its root credentials identify it.
  static Caller root(model::AccountId account, std::string access_key_id);
  // No account is "000000000000", so it is nobody's neighbour.
  static Caller anonymous();
  static Caller service(std::string name);  // "replication.ecr.amazonaws.com"
  // Its session has the provider's ARN, which a trust policy names as "Federated", and nothing else that counts.
  static Caller web_identity(std::string provider_arn, std::string_view audience, std::string_view subject);

  friend bool operator==(const Caller&, const Caller&) = default;
};

}  // namespace berth::auth
