#include "api/iam/ops/roles.h"

namespace berth::api::iam {

base::Result<RoleResponse> create_role(const Call& call, CreateRoleRequest request) {
  BERTH_TRY(const auto role, call.iam.roles.create(call.scope, {.name = std::move(request.name),
                                                                .path = std::move(request.path),
                                                                .trust_policy = std::move(request.trust_policy),
                                                                .description = std::move(request.description),
                                                                .max_session_seconds = request.max_session_seconds,
                                                                .boundary = std::move(request.boundary),
                                                                .tags = tags_from(std::move(request.tags))}));
  return RoleResponse{.role = full_role(role)};
}

base::Result<RoleResponse> get_role(const Call& call, Named<OfRole> request) {
  BERTH_TRY(const auto role, call.iam.roles.get(call.scope, request.name));
  return RoleResponse{.role = full_role(role)};
}

base::Result<ListRolesResponse> list_roles(const Call& call, ListRolesRequest request) {
  constexpr std::string_view kList = "ListRoles";
  BERTH_TRY(const auto page, request.page(kList, std::move(request.path_prefix)));
  BERTH_TRY(const auto found, call.iam.roles.list(call.scope, page));
  return ListRolesResponse{.roles = shapes_of(found.items, &listed_role), .end = {kList, found.next}};
}

base::Result<NoMembers> update_role(const Call& call, UpdateRoleRequest request) {
  BERTH_CHECK(call.iam.roles.update(call.scope, request.name, request.description, request.max_session_seconds));
  return NoMembers{};
}

base::Result<RoleResponse> update_role_description(const Call& call, UpdateRoleDescriptionRequest request) {
  BERTH_TRY(const auto role, call.iam.roles.update_description(call.scope, request.name, request.description));
  return RoleResponse{.role = full_role(role)};
}

base::Result<void> update_assume_role_policy(const Call& call, UpdateAssumeRolePolicyRequest request) {
  return call.iam.roles.update_trust_policy(call.scope, request.name, request.document);
}

base::Result<void> delete_role(const Call& call, Named<OfRole> request) {
  return call.iam.roles.remove(call.scope, request.name);
}

base::Result<RoleResponse> create_service_linked_role(const Call& call, CreateServiceLinkedRoleRequest request) {
  BERTH_TRY(const auto role,
            call.iam.roles.create_service_linked(call.scope, {.service = std::move(request.service),
                                                              .description = std::move(request.description),
                                                              .suffix = std::move(request.suffix)}));
  return RoleResponse{.role = full_role(role)};
}

base::Result<DeleteServiceLinkedRoleResponse> delete_service_linked_role(const Call& call, Named<OfRole> request) {
  BERTH_TRY(auto task, call.iam.roles.remove_service_linked(call.scope, request.name));
  return DeleteServiceLinkedRoleResponse{.task = std::move(task)};
}

base::Result<DeletionStatusResponse> get_service_linked_role_deletion_status(const Call& call,
                                                                             DeletionStatusRequest request) {
  BERTH_CHECK(call.iam.roles.deletion_status(call.scope, request.task));
  return DeletionStatusResponse{.status = "SUCCEEDED"};
}

}  // namespace berth::api::iam
