#include "api/iam/ops/policies.h"

namespace berth::api::iam {
namespace {

service::iam::PolicyScope scope_of(ScopeFilter filter) {
  switch (filter) {
    case ScopeFilter::all: return service::iam::PolicyScope::all;
    case ScopeFilter::aws: return service::iam::PolicyScope::aws;
    case ScopeFilter::local: return service::iam::PolicyScope::local;
  }
  std::unreachable();
}

service::iam::PolicyUsage usage_of(const std::optional<UsageFilter>& filter) {
  if (!filter) return service::iam::PolicyUsage::any;
  switch (*filter) {
    case UsageFilter::permissions: return service::iam::PolicyUsage::permissions;
    case UsageFilter::boundary: return service::iam::PolicyUsage::boundary;
  }
  std::unreachable();
}

base::Result<std::optional<model::EntityKind>> kind_of(const std::optional<EntityFilter>& filter) {
  if (!filter) return std::nullopt;
  switch (*filter) {
    case EntityFilter::user: return model::EntityKind::user;
    case EntityFilter::role: return model::EntityKind::role;
    case EntityFilter::group: return model::EntityKind::group;
    case EntityFilter::local_policy:
    case EntityFilter::aws_policy:
      return base::fail(base::Errc::invalid_input, "A policy is attached to a User, Role or Group only");
  }
  std::unreachable();
}

PolicyShape full_policy(const model::ManagedPolicy& policy) {
  auto shape = listed_policy(policy);
  if (!policy.description.empty()) shape.description = policy.description;
  shape.tags = some_tags(policy.tags);
  return shape;
}

std::string version_id(std::int64_t number) { return "v" + std::to_string(number); }

}  // namespace

PolicyShape listed_policy(const model::ManagedPolicy& policy) {
  return {.name = policy.name,
          .id = policy.id,
          .arn = policy.arn(),
          .path = policy.path,
          .default_version = version_id(policy.default_version),
          .attachments = policy.attachments,
          .boundaries = policy.boundaries,
          .created = policy.created,
          .updated = policy.updated};
}

VersionShape listed_version(const model::PolicyVersion& version) {
  return {.id = version_id(version.number), .is_default = version.is_default, .created = version.created};
}

VersionShape full_version(const model::PolicyVersion& version) {
  auto shape = listed_version(version);
  shape.document = encoded(version.document);
  return shape;
}

base::Result<PolicyResponse> create_policy(const Call& call, CreatePolicyRequest request) {
  BERTH_TRY(const auto policy, call.iam.policies.create(call.scope, {.name = std::move(request.name),
                                                                     .path = std::move(request.path),
                                                                     .document = std::move(request.document),
                                                                     .description = std::move(request.description),
                                                                     .tags = tags_from(std::move(request.tags))}));
  return PolicyResponse{.policy = full_policy(policy)};
}

base::Result<PolicyResponse> get_policy(const Call& call, Named<OfPolicy> request) {
  BERTH_TRY(const auto policy, call.iam.policies.get(call.scope, request.name));
  return PolicyResponse{.policy = full_policy(policy)};
}

base::Result<ListPoliciesResponse> list_policies(const Call& call, ListPoliciesRequest request) {
  constexpr std::string_view kList = "ListPolicies";
  BERTH_TRY(auto page, request.page(kList, std::move(request.path_prefix)));
  BERTH_TRY(const auto found, call.iam.policies.list(call.scope, {.scope = scope_of(request.scope),
                                                                  .usage = usage_of(request.usage),
                                                                  .only_attached = request.only_attached,
                                                                  .page = std::move(page)}));
  return ListPoliciesResponse{.policies = shapes_of(found.items, &listed_policy), .end = {kList, found.next}};
}

base::Result<void> delete_policy(const Call& call, Named<OfPolicy> request) {
  return call.iam.policies.remove(call.scope, request.name);
}

base::Result<ListEntitiesForPolicyResponse> list_entities_for_policy(const Call& call,
                                                                     ListEntitiesForPolicyRequest request) {
  constexpr std::string_view kList = "ListEntitiesForPolicy";
  BERTH_TRY(const auto kind, kind_of(request.kind));
  BERTH_TRY(auto page, request.page(kList, std::move(request.path_prefix)));
  BERTH_TRY(const auto found,
            call.iam.policies.entities(call.scope, request.arn,
                                       {.kind = kind, .usage = usage_of(request.usage), .page = std::move(page)}));
  ListEntitiesForPolicyResponse response{.groups = {}, .users = {}, .roles = {}, .end = {kList, found.next}};
  for (const auto& entity : found.items) {
    switch (entity.kind) {
      case model::EntityKind::user: response.users.push_back({.name = entity.name, .id = entity.id}); break;
      case model::EntityKind::role: response.roles.push_back({.name = entity.name, .id = entity.id}); break;
      case model::EntityKind::group: response.groups.push_back({.name = entity.name, .id = entity.id}); break;
    }
  }
  return response;
}

base::Result<VersionResponse> create_policy_version(const Call& call, CreatePolicyVersionRequest request) {
  BERTH_TRY(const auto version,
            call.iam.policies.create_version(call.scope, request.arn, request.document, request.set_as_default));
  return VersionResponse{.version = listed_version(version)};
}

base::Result<VersionResponse> get_policy_version(const Call& call, VersionRequest request) {
  BERTH_TRY(const auto version, call.iam.policies.get_version(call.scope, request.arn, request.version));
  return VersionResponse{.version = full_version(version)};
}

base::Result<ListPolicyVersionsResponse> list_policy_versions(const Call& call, ListPolicyVersionsRequest request) {
  constexpr std::string_view kList = "ListPolicyVersions";
  BERTH_TRY(const auto page, request.page(kList));
  BERTH_TRY(const auto found, call.iam.policies.list_versions(call.scope, request.arn, page));
  return ListPolicyVersionsResponse{.versions = shapes_of(found.items, &listed_version), .end = {kList, found.next}};
}

base::Result<void> set_default_policy_version(const Call& call, VersionRequest request) {
  return call.iam.policies.set_default(call.scope, request.arn, request.version);
}

base::Result<void> delete_policy_version(const Call& call, VersionRequest request) {
  return call.iam.policies.remove_version(call.scope, request.arn, request.version);
}

}  // namespace berth::api::iam
