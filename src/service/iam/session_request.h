// What the operations that make sessions have in common: the role, the session's bounds, tags and names. For this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/caller.h"
#include "meta/store.h"
#include "model/identity.h"
#include "policy/context.h"
#include "service/iam/sts_service.h"

namespace berth::service::iam {

// An IAM role's name, as its ARN says it. `validation`: not a role's ARN.
struct RoleArn {
  model::AccountId account;
  std::string name;
  std::string text;

  static base::Result<RoleArn> parse(const std::string& text);
};

// Nothing: there is no such role, or its account is closed.
base::Result<std::optional<model::Entity>> find_role(meta::Tx& tx, const RoleArn& arn);

// May a session be bounded like this in `account`? policy_malformed, validation, packed_policy_too_large.
base::Result<void> check_bounds(const SessionBounds& bounds);
base::Result<void> check_bound_arns(meta::Tx& tx, const SessionBounds& bounds, const model::AccountId& account);

// Tags and source identity of a session to be made.
struct SessionMarks {
  std::map<std::string, std::string> tags{};  // with those inherited
  std::vector<std::string> transitive_tags{};
  std::string source_identity{};
  std::vector<model::ResourceTag> requested{};  // tags of this request alone
};

// What `caller` hands on to the next session, and what the request adds. `validation`, or `access_denied` if it would
// change what may not be changed.
base::Result<SessionMarks> session_marks(const auth::Caller& caller, const std::vector<model::ResourceTag>& tags,
                                         const std::vector<std::string>& transitive_tags,
                                         const std::optional<std::string>& source_identity);

// sts:RoleSessionName, aws:RequestTag/*, aws:TagKeys, sts:TransitiveTagKeys, sts:SourceIdentity.
policy::Context session_context(std::string_view session_name, const SessionMarks& marks);

struct RoleSession {
  const model::Entity& role;
  std::string session_name;
  std::int64_t seconds = 3600;
  SessionBounds bounds{};
  SessionMarks marks{};
  std::string provider{};
};
auth::Caller role_caller(RoleSession made, base::Timestamp now);

// The time of issue, in whole seconds as AWS has it.
auth::Session new_session(base::Timestamp now, std::int64_t seconds, SessionBounds bounds);

// May the caller do this to the role, by its trust policy among others? The denial does not tell whether the role
// exists.
base::Result<void> require_trust(const Core& core, const Scope& scope, std::string_view action, const RoleArn& arn,
                                 const std::optional<model::Entity>& role, const policy::Context& context);

// Writes it down, at most once a minute for each role; what goes wrong there is not the caller's trouble.
void mark_role_used(const Core& core, const model::Entity& role, const std::string& region);

}  // namespace berth::service::iam
