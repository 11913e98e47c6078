#include "api/ecr/ops/storage_class.h"

#include "api/ecr/image_ids.h"

namespace berth::api::ecr {

base::Result<UpdateImageStorageClassResponse> update_image_storage_class(const Call& call,
                                                                         UpdateImageStorageClassRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  const auto target = request.target_storage_class == TargetStorageClass::archive ? model::StorageClass::archive
                                                                                  : model::StorageClass::standard;
  BERTH_TRY(auto updated,
            call.deps.images.update_storage_class(call.scope, ref, id_from(std::move(request.image_id)), target));
  return UpdateImageStorageClassResponse{.registry_id = ref.registry.account.text(),
                                         .repository_name = ref.name.text(),
                                         .image_id = shape_of(std::move(updated.id)),
                                         .image_status = updated.status};
}

}  // namespace berth::api::ecr
