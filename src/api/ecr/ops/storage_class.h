// UpdateImageStorageClass.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "api/ecr/call.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

enum class TargetStorageClass : std::uint8_t { standard, archive };
inline constexpr std::pair<std::string_view, TargetStorageClass> kTargetStorageClassNames[] = {
    {"STANDARD", TargetStorageClass::standard}, {"ARCHIVE", TargetStorageClass::archive}};
constexpr const auto& enum_names(TargetStorageClass) { return kTargetStorageClassNames; }

struct UpdateImageStorageClassRequest : InRepository {
  ImageIdentifier image_id;
  TargetStorageClass target_storage_class = TargetStorageClass::standard;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("imageId", image_id);
    f.req("targetStorageClass", target_storage_class);
  }
};

struct UpdateImageStorageClassResponse {
  std::string registry_id, repository_name;
  ImageIdentifier image_id;
  ImageStatus image_status = ImageStatus::active;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("imageId", image_id);
    f.opt("imageStatus", image_status);
  }
};

base::Result<UpdateImageStorageClassResponse> update_image_storage_class(const Call& call,
                                                                         UpdateImageStorageClassRequest request);

}  // namespace berth::api::ecr
