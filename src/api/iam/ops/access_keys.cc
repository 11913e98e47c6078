#include "api/iam/ops/access_keys.h"

namespace berth::api::iam {
namespace {

KeyStatus status_of(const model::AccessKeyInfo& key) { return key.active ? KeyStatus::active : KeyStatus::inactive; }

AccessKeyMetadata metadata_of(const model::AccessKeyInfo& key) {
  return {.user = key.user, .id = key.id, .status = status_of(key), .created = key.created};
}

}  // namespace

base::Result<CreateAccessKeyResponse> create_access_key(const Call& call, AccessKeyOwner request) {
  BERTH_TRY(const auto made, call.iam.access_keys.create(call.scope, request.user));
  return CreateAccessKeyResponse{.key = {.user = made.info.user,
                                         .id = made.info.id,
                                         .status = status_of(made.info),
                                         .secret = made.secret.reveal(),
                                         .created = made.info.created}};
}

base::Result<ListAccessKeysResponse> list_access_keys(const Call& call, ListAccessKeysRequest request) {
  constexpr std::string_view kList = "ListAccessKeys";
  BERTH_TRY(const auto page, request.page(kList));
  BERTH_TRY(const auto found, call.iam.access_keys.list(call.scope, request.user, page));
  return ListAccessKeysResponse{.keys = shapes_of(found.items, &metadata_of), .end = {kList, found.next}};
}

base::Result<void> update_access_key(const Call& call, UpdateAccessKeyRequest request) {
  if (request.status == KeyStatus::expired) {
    return base::fail(base::Errc::invalid_input, "The status of an access key can be set to Active or Inactive");
  }
  return call.iam.access_keys.set_active(call.scope, request.user, request.id, request.status == KeyStatus::active);
}

base::Result<void> delete_access_key(const Call& call, DeleteAccessKeyRequest request) {
  return call.iam.access_keys.remove(call.scope, request.user, request.id);
}

base::Result<GetAccessKeyLastUsedResponse> get_access_key_last_used(const Call& call,
                                                                    GetAccessKeyLastUsedRequest request) {
  BERTH_TRY(const auto use, call.iam.access_keys.last_used(call.scope, request.id));
  GetAccessKeyLastUsedResponse response{.user = use.user, .last_used = {}};
  if (use.last_use) {
    response.last_used = {.date = use.last_use->time, .service = use.last_use->service, .region = use.last_use->region};
  }
  return response;
}

}  // namespace berth::api::iam
