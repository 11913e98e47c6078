// Identities of an account as IAM has them: users, groups, roles, their policies, keys and providers. Values.
//
// Source: IAM API reference, "Data types". IAM is one for all regions, so its ARNs have no region; partition "aws".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/account_id.h"
#include "model/resource_tag.h"

namespace berth::model {

enum class EntityKind : std::uint8_t { user, role, group };
inline constexpr std::array kEntityKindNames = std::to_array<std::string_view>({"user", "role", "group"});
constexpr std::string_view name(EntityKind kind) { return kEntityKindNames[static_cast<std::size_t>(kind)]; }

// arn:aws:iam::<account>:<resource>, e.g. "role/ci/builder".
std::string iam_arn(const AccountId& account, std::string_view resource);
inline constexpr std::string_view kAwsPolicyPrefix = "arn:aws:iam::aws:policy/";  // of policies that AWS manages

// When and where something was last used. Of a role: by AssumeRole; its service is empty.
struct LastUse {
  base::Timestamp time;
  std::string service;
  std::string region;
  friend bool operator==(const LastUse&, const LastUse&) = default;
};

// A user, role or group.
struct Entity {
  std::string id;  // AIDA..., AROA..., AGPA...: never reused
  AccountId account;
  EntityKind kind = EntityKind::user;
  std::string name;  // unique in the account among its kind, whatever the case
  std::string path = "/";
  base::Timestamp created;
  std::optional<std::string> boundary{};  // ARN of a managed policy; never a group's

  // Of roles only.
  std::string trust_policy{};
  std::optional<std::string> description{};
  std::int64_t max_session_seconds = 3600;
  std::optional<std::string> service{};  // of a service-linked role: "replication.ecr.amazonaws.com"
  std::optional<LastUse> last_use{};

  std::vector<ResourceTag> tags{};  // where a method says so

  std::string arn() const;  // arn:aws:iam::A:user/path/name
};

// A document that is part of one user, role or group.
struct InlinePolicy {
  std::string name;
  std::string document;
  friend bool operator==(const InlinePolicy&, const InlinePolicy&) = default;
};

struct AttachedPolicy {
  std::string name;
  std::string arn;
  friend bool operator==(const AttachedPolicy&, const AttachedPolicy&) = default;
};

// A managed policy: an account's, or one of AWS's, which are the same in every account and not in metadata.
struct ManagedPolicy {
  std::string id;                    // ANPA...
  std::optional<AccountId> account;  // none: AWS's
  std::string name;
  std::string path = "/";
  std::string description{};
  base::Timestamp created;
  base::Timestamp updated;
  std::int64_t default_version = 1;
  std::int64_t attachments = 0;  // in the account that asks
  std::int64_t boundaries = 0;
  std::vector<ResourceTag> tags{};  // where a method says so

  std::string arn() const;
};

struct PolicyVersion {
  std::int64_t number = 1;  // "v1"
  std::string document;
  base::Timestamp created;
  bool is_default = false;
};

// Without the secret, which is shown once, when the key is made.
struct AccessKeyInfo {
  std::string id;  // AKIA...
  std::string user;
  bool active = true;
  base::Timestamp created;
  std::optional<LastUse> last_use{};
};

// An OpenID Connect issuer whose tokens may assume roles.
struct OidcProvider {
  AccountId account;
  std::string url;  // without "https://"; unique in the account
  std::vector<std::string> client_ids;
  std::vector<std::string> thumbprints;
  base::Timestamp created;
  std::vector<ResourceTag> tags{};  // where a method says so

  std::string arn() const;  // arn:aws:iam::A:oidc-provider/token.actions.githubusercontent.com
};

}  // namespace berth::model
