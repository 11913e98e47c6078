#include "service/iam/sts_service.h"

#include <algorithm>
#include <utility>

#include "service/iam/session_request.h"

namespace berth::service::iam {
namespace {

using auth::CallerKind;
using base::Errc;
using base::fail;
using base::Result;

constexpr std::int64_t kHour = 3'600;
constexpr std::int64_t kMinSeconds = 900;
constexpr std::int64_t kMaxUserSeconds = 129'600;  // 36 hours
constexpr std::int64_t kUserSeconds = 43'200;      // unless asked otherwise

Result<void> refuse_mfa(bool mfa) {
  if (!mfa) return {};
  return fail(Errc::access_denied, "MultiFactorAuthentication failed, unable to validate MFA code.");
}

// Of users and roots, whose own credentials are long-term.
Result<std::int64_t> user_seconds(const auth::Caller& caller, std::optional<std::int64_t> asked) {
  const std::int64_t most = caller.kind == CallerKind::root ? kHour : kMaxUserSeconds;
  const std::int64_t seconds = asked.value_or(std::min(kUserSeconds, most));
  if (seconds >= kMinSeconds && seconds <= most) return seconds;
  return fail(Errc::validation,
              "DurationSeconds must be between " + std::to_string(kMinSeconds) + " and " + std::to_string(most));
}

Result<void> require_long_term(const auth::Caller& caller, std::string_view operation) {
  const bool fits = caller.kind == CallerKind::user || caller.kind == CallerKind::root;
  if (fits && !caller.session) return {};
  return fail(Errc::access_denied, "Cannot call " + std::string(operation) + " with session credentials");
}

Result<std::int64_t> role_seconds(const auth::Caller& caller, const model::Entity& role,
                                  std::optional<std::int64_t> asked) {
  const std::int64_t seconds = asked.value_or(kHour);
  if (seconds < kMinSeconds || seconds > role.max_session_seconds) {
    return fail(Errc::validation, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (caller.kind == CallerKind::role && seconds > kHour) {
    return fail(Errc::validation,
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
  }
  return seconds;
}

}  // namespace

Result<Issued> TokenService::issue(auth::Caller caller, bool bounded) const {
  const auto percent = auth::packed_percent(*caller.session);
  BERTH_TRY(auto credentials, parts_.sessions.issue(std::move(caller)));
  return Issued{.credentials = std::move(credentials),
                .packed_percent = bounded ? std::optional(percent) : std::nullopt};
}

Result<Issued> TokenService::assume_role(const Scope& scope, const AssumeRole& command) {
  const auto& caller = scope.caller;
  BERTH_TRY(const auto arn, RoleArn::parse(command.role_arn));
  // Its trust policy has a say in who may, so it is read first; whoever may not learns nothing of it.
  BERTH_TRY(const auto role, parts_.core.store.read(scope.deadline, [&](meta::Tx& tx) { return find_role(tx, arn); }));
  if (caller.kind == CallerKind::root) return fail(Errc::access_denied, "Roles may not be assumed by root accounts.");
  BERTH_TRY(auto marks, session_marks(caller, command.tags, command.transitive_tags, command.source_identity));
  auto context = session_context(command.session_name, marks);
  if (command.external_id) context.set("sts:ExternalId", *command.external_id);
  BERTH_CHECK(require_trust(parts_.core, scope, "sts:AssumeRole", arn, role, context));
  if (!command.tags.empty()) BERTH_CHECK(require_trust(parts_.core, scope, "sts:TagSession", arn, role, context));
  if (!marks.source_identity.empty()) {
    BERTH_CHECK(require_trust(parts_.core, scope, "sts:SetSourceIdentity", arn, role, context));
  }
  BERTH_CHECK(refuse_mfa(command.mfa));
  BERTH_TRY(const auto seconds, role_seconds(caller, *role, command.seconds));
  BERTH_CHECK(check_bounds(command.bounds));
  BERTH_CHECK(parts_.core.store.read(scope.deadline,
                                     [&](meta::Tx& tx) { return check_bound_arns(tx, command.bounds, arn.account); }));
  const bool bounded = command.bounds.policy || !command.bounds.policy_arns.empty() || !marks.tags.empty();
  BERTH_TRY(auto issued, issue(role_caller({.role = *role,
                                            .session_name = command.session_name,
                                            .seconds = seconds,
                                            .bounds = command.bounds,
                                            .marks = std::move(marks)},
                                           parts_.core.clock.now()),
                               bounded));
  mark_role_used(parts_.core, *role, command.region);
  return issued;
}

Result<Issued> TokenService::get_session_token(const Scope& scope, std::optional<std::int64_t> seconds, bool mfa) {
  BERTH_CHECK(parts_.core.authorizer.require_alive(scope.caller));
  auth::Caller caller = scope.caller;
  BERTH_CHECK(require_long_term(caller, "GetSessionToken"));
  BERTH_CHECK(refuse_mfa(mfa));
  BERTH_TRY(const auto lifetime, user_seconds(caller, seconds));
  caller.session = new_session(parts_.core.clock.now(), lifetime, {});
  return issue(std::move(caller), false);
}

Result<Issued> TokenService::get_federation_token(const Scope& scope, const GetFederationToken& command) {
  const auto& caller = scope.caller;
  const auto arn = "arn:aws:sts::" + caller.account.text() + ":federated-user/" + command.name;
  const auto resource = auth::Resource::of_account(caller.account, arn);
  BERTH_TRY(auto marks, session_marks(caller, command.tags, {}, std::nullopt));
  policy::Context context = session_context(command.name, marks);
  context.set("sts:RoleSessionName", std::vector<std::string>());
  BERTH_CHECK(parts_.core.require(scope, "sts:GetFederationToken", resource, context));
  if (!command.tags.empty()) BERTH_CHECK(parts_.core.require(scope, "sts:TagSession", resource, context));
  BERTH_CHECK(require_long_term(caller, "GetFederationToken"));
  BERTH_TRY(const auto seconds, user_seconds(caller, command.seconds));
  BERTH_CHECK(check_bounds(command.bounds));
  BERTH_CHECK(parts_.core.store.read(
      scope.deadline, [&](meta::Tx& tx) { return check_bound_arns(tx, command.bounds, caller.account); }));
  const bool bounded = command.bounds.policy || !command.bounds.policy_arns.empty() || !marks.tags.empty();
  auth::Caller federated{.kind = CallerKind::federated,
                         .account = caller.account,
                         .arn = arn,
                         .user_id = caller.account.text() + ":" + command.name,
                         .entity_id = caller.entity_id,
                         .session = new_session(parts_.core.clock.now(), seconds, command.bounds)};
  federated.session->tags = std::move(marks.tags);
  return issue(std::move(federated), bounded);
}

Result<model::AccountId> TokenService::access_key_account(const Scope& scope, const std::string& access_key_id) {
  BERTH_CHECK(
      parts_.core.require(scope, "sts:GetAccessKeyInfo", auth::Resource::of_account(scope.caller.account, "*")));
  if (const auto account = auth::account_of_session_key(access_key_id)) return *account;
  BERTH_TRY(const auto key,
            parts_.core.store.read(scope.deadline, [&](meta::Tx& tx) { return tx.access_keys().find(access_key_id); }));
  if (!key) return fail(Errc::validation, "There is no access key with this id.");
  return key->owner.account;
}

Result<std::string> TokenService::decode_authorization_message(const Scope& scope, const std::string& message) {
  BERTH_CHECK(parts_.core.require(scope, "sts:DecodeAuthorizationMessage",
                                  auth::Resource::of_account(scope.caller.account, "*")));
  return parts_.denials.decode(message, scope.caller.account, parts_.core.clock.now());
}

}  // namespace berth::service::iam
