// GetRepositoryCatalogData, PutRepositoryCatalogData.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecrpublic/call.h"
#include "api/ecrpublic/shapes.h"

namespace berth::api::ecrpublic {

using TextList = std::optional<std::vector<std::string>>;

// The members that a catalogue entry has in both directions.
struct CatalogTexts {
  std::optional<std::string> description, about_text, usage_text;
  TextList architectures, operating_systems;

  template <class F>
  void text_fields(F& f) {
    f.opt("description", description, json::length(0, 1024));
    f.opt("architectures", architectures, json::items(0, 50), json::length(1, 50));
    f.opt("operatingSystems", operating_systems, json::items(0, 50), json::length(1, 50));
    f.opt("aboutText", about_text, json::length(0, 25'600));
    f.opt("usageText", usage_text, json::length(0, 25'600));
  }
};

struct CatalogDataInput : CatalogTexts {
  std::optional<json::Blob> logo_image_blob;

  template <class F>
  void fields(F& f) {
    text_fields(f);
    f.opt("logoImageBlob", logo_image_blob, json::length(0, 512'000));
  }
};

struct CatalogDataShape : CatalogTexts {
  std::optional<std::string> logo_url;
  bool marketplace_certified = false;  // there is no marketplace

  template <class F>
  void fields(F& f) {
    text_fields(f);
    f.opt("logoUrl", logo_url);
    f.opt("marketplaceCertified", marketplace_certified);
  }
};

struct CatalogDataResponse {
  CatalogDataShape catalog_data;

  template <class F>
  void fields(F& f) {
    f.opt("catalogData", catalog_data);
  }
};

struct PutCatalogData : ecr::InRepository {
  CatalogDataInput catalog_data;

  template <class F>
  void own_fields(F& f) {
    f.req("catalogData", catalog_data);
  }
};

// invalid_parameter: the logo is no PNG.
base::Result<model::CatalogData> catalog_from(CatalogDataInput input);
base::Result<CatalogDataShape> shape_of(const Call& call, const model::RepositoryRef& ref, model::CatalogData data,
                                        bool has_logo);

base::Result<CatalogDataResponse> get_repository_catalog_data(const Call& call, InById<RepositoryOnly> request);
base::Result<CatalogDataResponse> put_repository_catalog_data(const Call& call, InById<PutCatalogData> request);

}  // namespace berth::api::ecrpublic
