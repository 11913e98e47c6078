// CreateGroup, GetGroup, ListGroups, UpdateGroup, DeleteGroup, AddUserToGroup, RemoveUserFromGroup.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/ops/users.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

struct CreateGroupRequest {
  std::string path = "/";
  std::string name;

  template <class F>
  void fields(F& f) {
    f.opt("Path", path, kPathLength, kPath);
    f.req("GroupName", name, kLongNameLength, kName);
  }
};

struct GroupResponse {
  GroupShape group;

  template <class F>
  void fields(F& f) {
    f.opt("Group", group);
  }
};

struct GetGroupRequest : Paged {
  std::string name;

  template <class F>
  void fields(F& f) {
    f.req("GroupName", name, kLongNameLength, kName);
    page_fields(f);
  }
};

struct GetGroupResponse {
  GroupShape group;
  std::vector<UserShape> users;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("Group", group);
    f.opt("Users", users);
    end.page_fields(f);
  }
};

struct ListGroupsRequest : Paged {
  std::string path_prefix = "/";

  template <class F>
  void fields(F& f) {
    f.opt("PathPrefix", path_prefix, kPathLength, kPathPrefix);
    page_fields(f);
  }
};

struct UpdateGroupRequest {
  std::string name;
  std::optional<std::string> new_path, new_name;

  template <class F>
  void fields(F& f) {
    f.req("GroupName", name, kLongNameLength, kName);
    f.opt("NewPath", new_path, kPathLength, kPath);
    f.opt("NewGroupName", new_name, kLongNameLength, kName);
  }
};

struct MembershipRequest {
  std::string group, user;

  template <class F>
  void fields(F& f) {
    f.req("GroupName", group, kLongNameLength, kName);
    f.req("UserName", user, kLongNameLength, kName);
  }
};

base::Result<GroupResponse> create_group(const Call& call, CreateGroupRequest request);
base::Result<GetGroupResponse> get_group(const Call& call, GetGroupRequest request);
base::Result<GroupsResponse> list_groups(const Call& call, ListGroupsRequest request);
base::Result<void> update_group(const Call& call, UpdateGroupRequest request);
base::Result<void> delete_group(const Call& call, Named<OfGroup> request);
base::Result<void> add_user_to_group(const Call& call, MembershipRequest request);
base::Result<void> remove_user_from_group(const Call& call, MembershipRequest request);

}  // namespace berth::api::iam
