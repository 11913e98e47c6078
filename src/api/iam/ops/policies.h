// Managed policies and their versions: CreatePolicy, GetPolicy, ListPolicies, DeletePolicy, ListEntitiesForPolicy,
// CreatePolicyVersion, GetPolicyVersion, ListPolicyVersions, SetDefaultPolicyVersion, DeletePolicyVersion.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

enum class ScopeFilter : std::uint8_t { all, aws, local };
inline constexpr auto kScopeFilterNames = std::to_array<std::pair<std::string_view, ScopeFilter>>(
    {{"All", ScopeFilter::all}, {"AWS", ScopeFilter::aws}, {"Local", ScopeFilter::local}});
constexpr const auto& enum_names(ScopeFilter) { return kScopeFilterNames; }

enum class UsageFilter : std::uint8_t { permissions, boundary };
inline constexpr auto kUsageFilterNames = std::to_array<std::pair<std::string_view, UsageFilter>>(
    {{"PermissionsPolicy", UsageFilter::permissions}, {"PermissionsBoundary", UsageFilter::boundary}});
constexpr const auto& enum_names(UsageFilter) { return kUsageFilterNames; }

enum class EntityFilter : std::uint8_t { user, role, group, local_policy, aws_policy };
inline constexpr auto kEntityFilterNames =
    std::to_array<std::pair<std::string_view, EntityFilter>>({{"User", EntityFilter::user},
                                                              {"Role", EntityFilter::role},
                                                              {"Group", EntityFilter::group},
                                                              {"LocalManagedPolicy", EntityFilter::local_policy},
                                                              {"AWSManagedPolicy", EntityFilter::aws_policy}});
constexpr const auto& enum_names(EntityFilter) { return kEntityFilterNames; }

struct CreatePolicyRequest {
  std::string name, document, description;
  std::string path = "/";
  TagShapes tags;

  template <class F>
  void fields(F& f) {
    f.req("PolicyName", name, kLongNameLength, kName);
    f.opt("Path", path, kPathLength, kPolicyPath);
    f.req("PolicyDocument", document, kDocumentLength, kDocument);
    f.opt("Description", description, kDescriptionLength);
    f.opt("Tags", tags, kTagCount);
  }
};

struct PolicyShape {
  std::string name, id, arn, path, default_version;
  std::int64_t attachments = 0, boundaries = 0;
  bool attachable = true;
  std::optional<std::string> description{};
  base::Timestamp created, updated;
  std::optional<TagShapes> tags{};

  template <class F>
  void fields(F& f) {
    f.opt("PolicyName", name);
    f.opt("PolicyId", id);
    f.opt("Arn", arn);
    f.opt("Path", path);
    f.opt("DefaultVersionId", default_version);
    f.opt("AttachmentCount", attachments);
    f.opt("PermissionsBoundaryUsageCount", boundaries);
    f.opt("IsAttachable", attachable);
    f.opt("Description", description);
    f.opt("CreateDate", created);
    f.opt("UpdateDate", updated);
    f.opt("Tags", tags);
  }
};
PolicyShape listed_policy(const model::ManagedPolicy& policy);  // lists leave out description and tags, as IAM's do

struct PolicyResponse {
  PolicyShape policy;

  template <class F>
  void fields(F& f) {
    f.opt("Policy", policy);
  }
};

struct ListPoliciesRequest : Paged {
  ScopeFilter scope = ScopeFilter::all;
  bool only_attached = false;
  std::string path_prefix = "/";
  std::optional<UsageFilter> usage;

  template <class F>
  void fields(F& f) {
    f.opt("Scope", scope);
    f.opt("OnlyAttached", only_attached);
    f.opt("PathPrefix", path_prefix, kPathLength, kPolicyPath);
    f.opt("PolicyUsageFilter", usage);
    page_fields(f);
  }
};

struct ListPoliciesResponse {
  std::vector<PolicyShape> policies;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("Policies", policies);
    end.page_fields(f);
  }
};

struct ListEntitiesForPolicyRequest : Paged {
  std::string arn;
  std::optional<EntityFilter> kind;
  std::string path_prefix = "/";
  std::optional<UsageFilter> usage;

  template <class F>
  void fields(F& f) {
    f.req("PolicyArn", arn, kArnLength);
    f.opt("EntityFilter", kind);
    f.opt("PathPrefix", path_prefix, kPathLength, kPath);
    f.opt("PolicyUsageFilter", usage);
    page_fields(f);
  }
};

struct PolicyUser {
  std::string name, id;
  template <class F>
  void fields(F& f) {
    f.opt("UserName", name);
    f.opt("UserId", id);
  }
};
struct PolicyRole {
  std::string name, id;
  template <class F>
  void fields(F& f) {
    f.opt("RoleName", name);
    f.opt("RoleId", id);
  }
};
struct PolicyGroup {
  std::string name, id;
  template <class F>
  void fields(F& f) {
    f.opt("GroupName", name);
    f.opt("GroupId", id);
  }
};

struct ListEntitiesForPolicyResponse {
  std::vector<PolicyGroup> groups;
  std::vector<PolicyUser> users;
  std::vector<PolicyRole> roles;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("PolicyGroups", groups);
    f.opt("PolicyUsers", users);
    f.opt("PolicyRoles", roles);
    end.page_fields(f);
  }
};

struct CreatePolicyVersionRequest {
  std::string arn, document;
  bool set_as_default = false;

  template <class F>
  void fields(F& f) {
    f.req("PolicyArn", arn, kArnLength);
    f.req("PolicyDocument", document, kDocumentLength, kDocument);
    f.opt("SetAsDefault", set_as_default);
  }
};

struct VersionShape {
  std::optional<std::string> document{};
  std::string id;
  bool is_default = false;
  base::Timestamp created;

  template <class F>
  void fields(F& f) {
    f.opt("Document", document);
    f.opt("VersionId", id);
    f.opt("IsDefaultVersion", is_default);
    f.opt("CreateDate", created);
  }
};
VersionShape listed_version(const model::PolicyVersion& version);  // without its document
VersionShape full_version(const model::PolicyVersion& version);

struct VersionResponse {
  VersionShape version;

  template <class F>
  void fields(F& f) {
    f.opt("PolicyVersion", version);
  }
};

struct VersionRequest {
  std::string arn, version;

  template <class F>
  void fields(F& f) {
    f.req("PolicyArn", arn, kArnLength);
    f.req("VersionId", version, kVersionId);
  }
};

struct ListPolicyVersionsRequest : Paged {
  std::string arn;

  template <class F>
  void fields(F& f) {
    f.req("PolicyArn", arn, kArnLength);
    page_fields(f);
  }
};

struct ListPolicyVersionsResponse {
  std::vector<VersionShape> versions;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("Versions", versions);
    end.page_fields(f);
  }
};

base::Result<PolicyResponse> create_policy(const Call& call, CreatePolicyRequest request);
base::Result<PolicyResponse> get_policy(const Call& call, Named<OfPolicy> request);
base::Result<ListPoliciesResponse> list_policies(const Call& call, ListPoliciesRequest request);
base::Result<void> delete_policy(const Call& call, Named<OfPolicy> request);
base::Result<ListEntitiesForPolicyResponse> list_entities_for_policy(const Call& call,
                                                                     ListEntitiesForPolicyRequest request);
base::Result<VersionResponse> create_policy_version(const Call& call, CreatePolicyVersionRequest request);
base::Result<VersionResponse> get_policy_version(const Call& call, VersionRequest request);
base::Result<ListPolicyVersionsResponse> list_policy_versions(const Call& call, ListPolicyVersionsRequest request);
base::Result<void> set_default_policy_version(const Call& call, VersionRequest request);
base::Result<void> delete_policy_version(const Call& call, VersionRequest request);

}  // namespace berth::api::iam
