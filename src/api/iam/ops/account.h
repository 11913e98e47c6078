// The account as a whole: aliases, GetAccountSummary, GetAccountAuthorizationDetails.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/ops/absent.h"
#include "api/iam/ops/policies.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

struct AliasRequest {
  std::string alias;

  template <class F>
  void fields(F& f) {
    f.req("AccountAlias", alias, kAliasLength, kAlias);
  }
};

struct ListAliasesRequest : Paged {
  template <class F>
  void fields(F& f) {
    page_fields(f);
  }
};

struct ListAliasesResponse {
  std::vector<std::string> aliases;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("AccountAliases", aliases);
    end.page_fields(f);
  }
};

struct SummaryResponse {
  std::map<std::string, std::int64_t> summary;

  template <class F>
  void fields(F& f) {
    f.opt("SummaryMap", summary);
  }
};

struct DetailsRequest : Paged {
  std::vector<EntityFilter> filter;

  template <class F>
  void fields(F& f) {
    f.opt("Filter", filter);
    page_fields(f);
  }
};

struct InlinePolicyShape {
  std::string name, document;

  template <class F>
  void fields(F& f) {
    f.opt("PolicyName", name);
    f.opt("PolicyDocument", document);
  }
};

struct UserDetail {
  std::string path, name, id, arn;
  base::Timestamp created;
  std::vector<InlinePolicyShape> inline_policies;
  std::vector<std::string> groups;
  std::vector<AttachedPolicyShape> attached;
  std::optional<BoundaryShape> boundary{};
  TagShapes tags;

  template <class F>
  void fields(F& f) {
    f.opt("Path", path);
    f.opt("UserName", name);
    f.opt("UserId", id);
    f.opt("Arn", arn);
    f.opt("CreateDate", created);
    f.opt("UserPolicyList", inline_policies);
    f.opt("GroupList", groups);
    f.opt("AttachedManagedPolicies", attached);
    f.opt("PermissionsBoundary", boundary);
    f.opt("Tags", tags);
  }
};

struct GroupDetail {
  std::string path, name, id, arn;
  base::Timestamp created;
  std::vector<InlinePolicyShape> inline_policies;
  std::vector<AttachedPolicyShape> attached;

  template <class F>
  void fields(F& f) {
    f.opt("Path", path);
    f.opt("GroupName", name);
    f.opt("GroupId", id);
    f.opt("Arn", arn);
    f.opt("CreateDate", created);
    f.opt("GroupPolicyList", inline_policies);
    f.opt("AttachedManagedPolicies", attached);
  }
};

struct RoleDetail {
  std::string path, name, id, arn;
  base::Timestamp created;
  std::string trust_policy;
  std::vector<Nothing> instance_profiles{};
  std::vector<InlinePolicyShape> inline_policies;
  std::vector<AttachedPolicyShape> attached;
  std::optional<BoundaryShape> boundary{};
  TagShapes tags;
  RoleLastUsedShape last_used;

  template <class F>
  void fields(F& f) {
    f.opt("Path", path);
    f.opt("RoleName", name);
    f.opt("RoleId", id);
    f.opt("Arn", arn);
    f.opt("CreateDate", created);
    f.opt("AssumeRolePolicyDocument", trust_policy);
    f.opt("InstanceProfileList", instance_profiles);
    f.opt("RolePolicyList", inline_policies);
    f.opt("AttachedManagedPolicies", attached);
    f.opt("PermissionsBoundary", boundary);
    f.opt("Tags", tags);
    f.opt("RoleLastUsed", last_used);
  }
};

struct PolicyDetailShape {
  PolicyShape policy;
  std::vector<VersionShape> versions;

  template <class F>
  void fields(F& f) {
    f.opt("PolicyName", policy.name);
    f.opt("PolicyId", policy.id);
    f.opt("Arn", policy.arn);
    f.opt("Path", policy.path);
    f.opt("DefaultVersionId", policy.default_version);
    f.opt("AttachmentCount", policy.attachments);
    f.opt("PermissionsBoundaryUsageCount", policy.boundaries);
    f.opt("IsAttachable", policy.attachable);
    f.opt("Description", policy.description);
    f.opt("CreateDate", policy.created);
    f.opt("UpdateDate", policy.updated);
    f.opt("PolicyVersionList", versions);
  }
};

struct DetailsResponse {
  std::vector<UserDetail> users;
  std::vector<GroupDetail> groups;
  std::vector<RoleDetail> roles;
  std::vector<PolicyDetailShape> policies;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("UserDetailList", users);
    f.opt("GroupDetailList", groups);
    f.opt("RoleDetailList", roles);
    f.opt("Policies", policies);
    end.page_fields(f);
  }
};

base::Result<void> create_account_alias(const Call& call, AliasRequest request);
base::Result<void> delete_account_alias(const Call& call, AliasRequest request);
base::Result<ListAliasesResponse> list_account_aliases(const Call& call, ListAliasesRequest request);
base::Result<SummaryResponse> get_account_summary(const Call& call, NoMembers request);
base::Result<DetailsResponse> get_account_authorization_details(const Call& call, DetailsRequest request);

}  // namespace berth::api::iam
