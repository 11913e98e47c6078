#include "api/sts/operations.h"

#include <array>
#include <utility>

#include "api/sts/shapes.h"

namespace berth::api::sts {
namespace {

namespace iam = service::iam;
using base::Errc;
using base::fail;
using base::Result;

iam::SessionBounds bounds_of(std::optional<std::string> policy, const std::vector<PolicyDescriptor>& arns) {
  iam::SessionBounds bounds{.policy = std::move(policy)};
  for (const auto& descriptor : arns) {
    if (descriptor.arn) bounds.policy_arns.push_back(*descriptor.arn);
  }
  return bounds;
}

std::vector<model::ResourceTag> tags_of(const std::vector<Tag>& tags) {
  std::vector<model::ResourceTag> out;
  out.reserve(tags.size());
  for (const auto& tag : tags) out.push_back({.key = tag.key, .value = tag.value});
  return out;
}

Credentials credentials_of(const auth::SessionCredentials& made) {
  return {.access_key_id = made.caller.access_key_id,
          .secret = made.secret.reveal(),
          .token = made.token.reveal(),
          .expires = made.caller.session->expires};
}

AssumedRoleUser user_of(const auth::SessionCredentials& made) {
  return {.id = made.caller.user_id, .arn = made.caller.arn};
}

std::optional<std::string> source_identity_of(const auth::SessionCredentials& made) {
  const auto& source = made.caller.session->source_identity;
  return source.empty() ? std::nullopt : std::optional(source);
}

Result<AssumeRoleResponse> assume_role(const Call& call, AssumeRoleRequest request) {
  if (!request.contexts.empty()) return fail(Errc::validation, "ProvidedContexts are not supported here.");
  BERTH_TRY(auto made,
            call.tokens.assume_role(call.scope, {.role_arn = std::move(request.role_arn),
                                                 .session_name = std::move(request.session_name),
                                                 .bounds = bounds_of(std::move(request.policy), request.policy_arns),
                                                 .seconds = request.seconds,
                                                 .tags = tags_of(request.tags),
                                                 .transitive_tags = std::move(request.transitive_tags),
                                                 .external_id = std::move(request.external_id),
                                                 .source_identity = std::move(request.source_identity),
                                                 .mfa = request.serial_number || request.token_code,
                                                 .region = call.region}));
  return AssumeRoleResponse{.credentials = credentials_of(made.credentials),
                            .user = user_of(made.credentials),
                            .packed_percent = made.packed_percent,
                            .source_identity = source_identity_of(made.credentials)};
}

Result<AssumeRoleWithWebIdentityResponse> assume_role_with_web_identity(const Call& call,
                                                                        AssumeRoleWithWebIdentityRequest request) {
  // It is for access tokens of OAuth 2.0 providers, of which AWS knows two.
  if (request.provider_id) return fail(Errc::validation, "ProviderId is not for OpenID Connect ID tokens.");
  BERTH_TRY(auto made, call.tokens.assume_role_with_web_identity(
                           call.scope, {.role_arn = std::move(request.role_arn),
                                        .session_name = std::move(request.session_name),
                                        .token = base::Secret(std::move(request.token)),
                                        .bounds = bounds_of(std::move(request.policy), request.policy_arns),
                                        .seconds = request.seconds,
                                        .region = call.region}));
  return AssumeRoleWithWebIdentityResponse{.credentials = credentials_of(made.issued.credentials),
                                           .subject = std::move(made.subject),
                                           .user = user_of(made.issued.credentials),
                                           .packed_percent = made.issued.packed_percent,
                                           .provider = std::move(made.provider),
                                           .audience = std::move(made.audience),
                                           .source_identity = source_identity_of(made.issued.credentials)};
}

Result<DecodeAuthorizationMessageResponse> decode_authorization_message(const Call& call,
                                                                        DecodeAuthorizationMessageRequest request) {
  BERTH_TRY(auto message, call.tokens.decode_authorization_message(call.scope, request.message));
  return DecodeAuthorizationMessageResponse{.message = std::move(message)};
}

Result<GetAccessKeyInfoResponse> get_access_key_info(const Call& call, GetAccessKeyInfoRequest request) {
  BERTH_TRY(const auto account, call.tokens.access_key_account(call.scope, request.access_key_id));
  return GetAccessKeyInfoResponse{.account = account.text()};
}

// Needs no permission, and none can take it away: it tells callers nothing but who they are.
Result<GetCallerIdentityResponse> get_caller_identity(const Call& call, GetCallerIdentityRequest) {
  const auto& caller = call.scope.caller;
  return GetCallerIdentityResponse{.arn = caller.arn, .user_id = caller.user_id, .account = caller.account.text()};
}

Result<GetFederationTokenResponse> get_federation_token(const Call& call, GetFederationTokenRequest request) {
  BERTH_TRY(auto made, call.tokens.get_federation_token(
                           call.scope, {.name = std::move(request.name),
                                        .bounds = bounds_of(std::move(request.policy), request.policy_arns),
                                        .seconds = request.seconds,
                                        .tags = tags_of(request.tags)}));
  const auto& caller = made.credentials.caller;
  return GetFederationTokenResponse{.credentials = credentials_of(made.credentials),
                                    .user = {.id = caller.user_id, .arn = caller.arn},
                                    .packed_percent = made.packed_percent};
}

Result<GetSessionTokenResponse> get_session_token(const Call& call, GetSessionTokenRequest request) {
  BERTH_TRY(auto made,
            call.tokens.get_session_token(call.scope, request.seconds, request.serial_number || request.token_code));
  return GetSessionTokenResponse{.credentials = credentials_of(made.credentials)};
}

constexpr auto kOperations = std::to_array<aws::QueryOperation<Call>>({
    aws::query_operation<&assume_role>("AssumeRole"),
    aws::query_operation<&assume_role_with_web_identity>(kUnsignedOperation),
    aws::query_operation<&decode_authorization_message>("DecodeAuthorizationMessage"),
    aws::query_operation<&get_access_key_info>("GetAccessKeyInfo"),
    aws::query_operation<&get_caller_identity>("GetCallerIdentity"),
    aws::query_operation<&get_federation_token>("GetFederationToken"),
    aws::query_operation<&get_session_token>("GetSessionToken"),
});

}  // namespace

std::span<const aws::QueryOperation<Call>> operations() { return kOperations; }

}  // namespace berth::api::sts
