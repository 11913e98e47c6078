#include "api/iam/ops/users.h"

namespace berth::api::iam {

base::Result<UserResponse> create_user(const Call& call, CreateUserRequest request) {
  BERTH_TRY(const auto user, call.iam.users.create(call.scope, {.name = std::move(request.name),
                                                                .path = std::move(request.path),
                                                                .boundary = std::move(request.boundary),
                                                                .tags = tags_from(std::move(request.tags))}));
  return UserResponse{.user = full_user(user)};
}

base::Result<UserResponse> get_user(const Call& call, GetUserRequest request) {
  BERTH_TRY(const auto user, call.iam.users.get(call.scope, request.name));
  return UserResponse{.user = full_user(user)};
}

base::Result<ListUsersResponse> list_users(const Call& call, ListUsersRequest request) {
  constexpr std::string_view kList = "ListUsers";
  BERTH_TRY(const auto page, request.page(kList, std::move(request.path_prefix)));
  BERTH_TRY(const auto found, call.iam.users.list(call.scope, page));
  return ListUsersResponse{.users = shapes_of(found.items, &listed_user), .end = {kList, found.next}};
}

base::Result<void> update_user(const Call& call, UpdateUserRequest request) {
  return call.iam.users.update(call.scope, request.name,
                               {.name = std::move(request.new_name), .path = std::move(request.new_path)});
}

base::Result<void> delete_user(const Call& call, Named<OfExistingUser> request) {
  return call.iam.users.remove(call.scope, request.name);
}

base::Result<GroupsResponse> list_groups_for_user(const Call& call, ListGroupsForUserRequest request) {
  constexpr std::string_view kList = "ListGroupsForUser";
  BERTH_TRY(const auto page, request.page(kList));
  BERTH_TRY(const auto found, call.iam.users.groups_of(call.scope, request.name, page));
  return GroupsResponse{.groups = shapes_of(found.items, &group_shape), .end = {kList, found.next}};
}

}  // namespace berth::api::iam
