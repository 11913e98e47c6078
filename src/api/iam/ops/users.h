// CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser, ListGroupsForUser.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

struct CreateUserRequest {
  std::string path = "/";
  std::string name;
  std::optional<std::string> boundary;
  TagShapes tags;

  template <class F>
  void fields(F& f) {
    f.opt("Path", path, kPathLength, kPath);
    f.req("UserName", name, kNameLength, kName);
    f.opt("PermissionsBoundary", boundary, kArnLength);
    f.opt("Tags", tags, kTagCount);
  }
};

struct UserResponse {
  UserShape user;

  template <class F>
  void fields(F& f) {
    f.opt("User", user);
  }
};

// The user who asks, if it names none.
struct GetUserRequest {
  std::optional<std::string> name;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", name, kLongNameLength, kName);
  }
};

struct ListUsersRequest : Paged {
  std::string path_prefix = "/";

  template <class F>
  void fields(F& f) {
    f.opt("PathPrefix", path_prefix, kPathLength, kPathPrefix);
    page_fields(f);
  }
};

struct ListUsersResponse {
  std::vector<UserShape> users;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("Users", users);
    end.page_fields(f);
  }
};

struct UpdateUserRequest {
  std::string name;
  std::optional<std::string> new_path, new_name;

  template <class F>
  void fields(F& f) {
    f.req("UserName", name, kLongNameLength, kName);
    f.opt("NewPath", new_path, kPathLength, kPath);
    f.opt("NewUserName", new_name, kNameLength, kName);
  }
};

struct ListGroupsForUserRequest : Paged {
  std::string name;

  template <class F>
  void fields(F& f) {
    f.req("UserName", name, kLongNameLength, kName);
    page_fields(f);
  }
};

struct GroupsResponse {
  std::vector<GroupShape> groups;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("Groups", groups);
    end.page_fields(f);
  }
};

base::Result<UserResponse> create_user(const Call& call, CreateUserRequest request);
base::Result<UserResponse> get_user(const Call& call, GetUserRequest request);
base::Result<ListUsersResponse> list_users(const Call& call, ListUsersRequest request);
base::Result<void> update_user(const Call& call, UpdateUserRequest request);
base::Result<void> delete_user(const Call& call, Named<OfExistingUser> request);
base::Result<GroupsResponse> list_groups_for_user(const Call& call, ListGroupsForUserRequest request);

}  // namespace berth::api::iam
