#include "api/iam/ops/groups.h"

namespace berth::api::iam {

base::Result<GroupResponse> create_group(const Call& call, CreateGroupRequest request) {
  BERTH_TRY(const auto group, call.iam.groups.create(call.scope, request.name, request.path));
  return GroupResponse{.group = group_shape(group)};
}

base::Result<GetGroupResponse> get_group(const Call& call, GetGroupRequest request) {
  constexpr std::string_view kList = "GetGroup";
  BERTH_TRY(const auto page, request.page(kList));
  BERTH_TRY(const auto found, call.iam.groups.get(call.scope, request.name, page));
  return GetGroupResponse{.group = group_shape(found.group),
                          .users = shapes_of(found.users.items, &listed_user),
                          .end = {kList, found.users.next}};
}

base::Result<GroupsResponse> list_groups(const Call& call, ListGroupsRequest request) {
  constexpr std::string_view kList = "ListGroups";
  BERTH_TRY(const auto page, request.page(kList, std::move(request.path_prefix)));
  BERTH_TRY(const auto found, call.iam.groups.list(call.scope, page));
  return GroupsResponse{.groups = shapes_of(found.items, &group_shape), .end = {kList, found.next}};
}

base::Result<void> update_group(const Call& call, UpdateGroupRequest request) {
  return call.iam.groups.update(call.scope, request.name,
                                {.name = std::move(request.new_name), .path = std::move(request.new_path)});
}

base::Result<void> delete_group(const Call& call, Named<OfGroup> request) {
  return call.iam.groups.remove(call.scope, request.name);
}

base::Result<void> add_user_to_group(const Call& call, MembershipRequest request) {
  return call.iam.groups.add_user(call.scope, request.group, request.user);
}

base::Result<void> remove_user_from_group(const Call& call, MembershipRequest request) {
  return call.iam.groups.remove_user(call.scope, request.group, request.user);
}

}  // namespace berth::api::iam
