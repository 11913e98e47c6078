#include "api/ecrpublic/ops/catalog.h"

#include <utility>

namespace berth::api::ecrpublic {

base::Result<model::CatalogData> catalog_from(CatalogDataInput input) {
  model::CatalogData data{.description = std::move(input.description),
                          .about_text = std::move(input.about_text),
                          .usage_text = std::move(input.usage_text),
                          .architectures = std::move(input.architectures),
                          .operating_systems = std::move(input.operating_systems),
                          .logo = {}};
  // An empty one is none: SDKs send what a form left blank.
  if (input.logo_image_blob && !input.logo_image_blob->bytes.empty()) {
    if (!model::is_png(input.logo_image_blob->bytes)) {
      return base::fail_parameter("catalogData.logoImageBlob", "must be an image in PNG format");
    }
    data.logo = std::move(input.logo_image_blob->bytes);
  }
  return data;
}

base::Result<CatalogDataShape> shape_of(const Call& call, const model::RepositoryRef& ref, model::CatalogData data,
                                        bool has_logo) {
  CatalogDataShape shape;
  shape.description = std::move(data.description);
  shape.about_text = std::move(data.about_text);
  shape.usage_text = std::move(data.usage_text);
  shape.architectures = std::move(data.architectures);
  shape.operating_systems = std::move(data.operating_systems);
  if (has_logo) {
    BERTH_TRY(shape.logo_url, call.logo_url(ref));
  }
  return shape;
}

base::Result<CatalogDataResponse> get_repository_catalog_data(const Call& call, InById<RepositoryOnly> request) {
  BERTH_TRY(const auto ref, call.ecr.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto found, call.deps.registries.catalog(call.scope(), ref));
  BERTH_TRY(auto shape, shape_of(call, ref, std::move(found.data), found.has_logo));
  return CatalogDataResponse{.catalog_data = std::move(shape)};
}

base::Result<CatalogDataResponse> put_repository_catalog_data(const Call& call, InById<PutCatalogData> request) {
  BERTH_TRY(const auto ref, call.ecr.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto data, catalog_from(std::move(request.catalog_data)));
  BERTH_CHECK(call.deps.registries.put_catalog(call.scope(), ref, data));
  const bool has_logo = data.logo.has_value();
  BERTH_TRY(auto shape, shape_of(call, ref, std::move(data), has_logo));
  return CatalogDataResponse{.catalog_data = std::move(shape)};
}

}  // namespace berth::api::ecrpublic
