// CreateRole, GetRole, ListRoles, UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy, DeleteRole, and
// service-linked roles: CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus.
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

inline constexpr auto kSessionDuration = json::range(3600, 43'200);  // seconds

struct CreateRoleRequest {
  std::string path = "/";
  std::string name, trust_policy;
  std::optional<std::string> description;
  std::int64_t max_session_seconds = 3600;
  std::optional<std::string> boundary;
  TagShapes tags;

  template <class F>
  void fields(F& f) {
    f.opt("Path", path, kPathLength, kPath);
    f.req("RoleName", name, kNameLength, kName);
    f.req("AssumeRolePolicyDocument", trust_policy, kDocumentLength, kDocument);
    f.opt("Description", description, kDescriptionLength, kDescription);
    f.opt("MaxSessionDuration", max_session_seconds, kSessionDuration);
    f.opt("PermissionsBoundary", boundary, kArnLength);
    f.opt("Tags", tags, kTagCount);
  }
};

struct RoleResponse {
  RoleShape role;

  template <class F>
  void fields(F& f) {
    f.opt("Role", role);
  }
};

struct ListRolesRequest : Paged {
  std::string path_prefix = "/";

  template <class F>
  void fields(F& f) {
    f.opt("PathPrefix", path_prefix, kPathLength, kPathPrefix);
    page_fields(f);
  }
};

struct ListRolesResponse {
  std::vector<RoleShape> roles;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("Roles", roles);
    end.page_fields(f);
  }
};

struct UpdateRoleRequest {
  std::string name;
  std::optional<std::string> description;
  std::optional<std::int64_t> max_session_seconds;

  template <class F>
  void fields(F& f) {
    f.req("RoleName", name, kNameLength, kName);
    f.opt("Description", description, kDescriptionLength, kDescription);
    f.opt("MaxSessionDuration", max_session_seconds, kSessionDuration);
  }
};

struct UpdateRoleDescriptionRequest {
  std::string name, description;

  template <class F>
  void fields(F& f) {
    f.req("RoleName", name, kNameLength, kName);
    f.req("Description", description, kDescriptionLength, kDescription);
  }
};

struct UpdateAssumeRolePolicyRequest {
  std::string name, document;

  template <class F>
  void fields(F& f) {
    f.req("RoleName", name, kNameLength, kName);
    f.req("PolicyDocument", document, kDocumentLength, kDocument);
  }
};

struct CreateServiceLinkedRoleRequest {
  std::string service;
  std::optional<std::string> description, suffix;

  template <class F>
  void fields(F& f) {
    f.req("AWSServiceName", service, kLongNameLength, kName);
    f.opt("Description", description, kDescriptionLength, kDescription);
    f.opt("CustomSuffix", suffix, kNameLength, kName);
  }
};

struct DeleteServiceLinkedRoleResponse {
  std::string task;

  template <class F>
  void fields(F& f) {
    f.opt("DeletionTaskId", task);
  }
};

struct DeletionStatusRequest {
  std::string task;

  template <class F>
  void fields(F& f) {
    f.req("DeletionTaskId", task, json::length(1, 1000));
  }
};

struct RoleUsageShape {
  std::string region;
  std::vector<std::string> resources;

  template <class F>
  void fields(F& f) {
    f.opt("Region", region);
    f.opt("Resources", resources);
  }
};
struct DeletionFailureShape {
  std::string reason;
  std::vector<RoleUsageShape> usages;

  template <class F>
  void fields(F& f) {
    f.opt("Reason", reason);
    f.opt("RoleUsageList", usages);
  }
};
struct DeletionStatusResponse {
  std::string status;
  std::optional<DeletionFailureShape> reason{};  // a deletion that fails is refused at once instead

  template <class F>
  void fields(F& f) {
    f.opt("Status", status);
    f.opt("Reason", reason);
  }
};

base::Result<RoleResponse> create_role(const Call& call, CreateRoleRequest request);
base::Result<RoleResponse> get_role(const Call& call, Named<OfRole> request);
base::Result<ListRolesResponse> list_roles(const Call& call, ListRolesRequest request);
base::Result<NoMembers> update_role(const Call& call, UpdateRoleRequest request);
base::Result<RoleResponse> update_role_description(const Call& call, UpdateRoleDescriptionRequest request);
base::Result<void> update_assume_role_policy(const Call& call, UpdateAssumeRolePolicyRequest request);
base::Result<void> delete_role(const Call& call, Named<OfRole> request);
base::Result<RoleResponse> create_service_linked_role(const Call& call, CreateServiceLinkedRoleRequest request);
base::Result<DeleteServiceLinkedRoleResponse> delete_service_linked_role(const Call& call, Named<OfRole> request);
base::Result<DeletionStatusResponse> get_service_linked_role_deletion_status(const Call& call,
                                                                             DeletionStatusRequest request);

}  // namespace berth::api::iam
