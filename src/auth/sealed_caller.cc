#include "auth/sealed_caller.h"

namespace berth::auth {

SealedCaller SealedCaller::of(const Caller& caller) {
  SealedCaller sealed{.kind = caller.kind,
                      .account = caller.account.text(),
                      .arn = caller.arn,
                      .user_id = caller.user_id,
                      .access_key_id = caller.access_key_id,
                      .entity_id = caller.entity_id,
                      .role_arn = caller.role_arn,
                      .session = std::nullopt};
  if (const auto& session = caller.session) {
    sealed.session = SealedSession{.issued = base::to_micros(session->issued),
                                   .expires = base::to_micros(session->expires),
                                   .policies = session->policies,
                                   .policy_arns = session->policy_arns,
                                   .transitive_tags = session->transitive_tags,
                                   .tags = session->tags,
                                   .provider = session->provider,
                                   .source_identity = session->source_identity,
                                   .mfa = session->mfa};
  }
  return sealed;
}

std::optional<Caller> SealedCaller::open() && {
  auto id = model::AccountId::parse(account);
  if (!id) return std::nullopt;
  Caller caller{.kind = kind,
                .account = std::move(*id),
                .arn = std::move(arn),
                .user_id = std::move(user_id),
                .access_key_id = std::move(access_key_id),
                .entity_id = std::move(entity_id),
                .role_arn = std::move(role_arn),
                .session = std::nullopt};
  if (session) {
    caller.session = Session{.issued = base::from_micros(session->issued),
                             .expires = base::from_micros(session->expires),
                             .policies = std::move(session->policies),
                             .policy_arns = std::move(session->policy_arns),
                             .tags = std::move(session->tags),
                             .transitive_tags = std::move(session->transitive_tags),
                             .provider = std::move(session->provider),
                             .source_identity = std::move(session->source_identity),
                             .mfa = session->mfa};
  }
  return caller;
}

}  // namespace berth::auth
