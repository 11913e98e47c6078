// CreateRepository, DescribeRepositories, DeleteRepository, PutImageTagMutability, PutImageScanningConfiguration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/paging.h"
#include "api/ecr/shapes.h"
#include "model/resource_tag.h"

namespace berth::api::ecr {

struct CreateRepositoryRequest : InRepository {
  std::vector<model::ResourceTag> tags;
  model::TagMutabilityMode image_tag_mutability = model::TagMutabilityMode::mutable_;
  ExclusionFilters exclusion_filters;
  ImageScanningConfiguration scanning;
  EncryptionConfiguration encryption;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.opt("tags", tags);
    f.opt("imageTagMutability", image_tag_mutability);
    f.opt("imageTagMutabilityExclusionFilters", exclusion_filters, kExclusionFilterCount);
    f.opt("imageScanningConfiguration", scanning);
    f.opt("encryptionConfiguration", encryption);
  }
};

struct RepositoryResponse {
  RepositoryShape repository;

  template <class F>
  void fields(F& f) {
    f.opt("repository", repository);
  }
};

struct DescribeRepositoriesRequest : Paged {
  std::optional<std::string> registry_id;
  std::optional<std::vector<std::string>> repository_names;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id, kRegistryIdRule);
    f.opt("repositoryNames", repository_names, kBatch, kNameLength, kNameRule);
    page_fields(f);
  }
};

struct DescribeRepositoriesResponse {
  std::vector<RepositoryShape> repositories;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("repositories", repositories);
    f.opt("nextToken", next_token);
  }
};

struct DeleteRepositoryRequest : InRepository {
  bool force = false;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    own_fields(f);
  }
  template <class F>
  void own_fields(F& f) {
    f.opt("force", force);
  }
};

struct PutImageTagMutabilityRequest : InRepository {
  model::TagMutabilityMode image_tag_mutability = model::TagMutabilityMode::mutable_;
  ExclusionFilters exclusion_filters;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("imageTagMutability", image_tag_mutability);
    f.opt("imageTagMutabilityExclusionFilters", exclusion_filters, kExclusionFilterCount);
  }
};

struct PutImageTagMutabilityResponse {
  std::string registry_id, repository_name;
  model::TagMutabilityMode image_tag_mutability = model::TagMutabilityMode::mutable_;
  ExclusionFilters exclusion_filters;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("imageTagMutability", image_tag_mutability);
    f.opt("imageTagMutabilityExclusionFilters", exclusion_filters, kExclusionFilterCount);
  }
};

struct PutImageScanningConfigurationRequest : InRepository {
  ImageScanningConfiguration scanning;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("imageScanningConfiguration", scanning);
  }
};

struct PutImageScanningConfigurationResponse {
  std::string registry_id, repository_name;
  ImageScanningConfiguration scanning;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("imageScanningConfiguration", scanning);
  }
};

RepositoryShape shape_of(const Call& call, const model::Repository& repository);

base::Result<RepositoryResponse> create_repository(const Call& call, CreateRepositoryRequest request);
base::Result<DescribeRepositoriesResponse> describe_repositories(const Call& call, DescribeRepositoriesRequest request);
base::Result<RepositoryResponse> delete_repository(const Call& call, DeleteRepositoryRequest request);
base::Result<PutImageTagMutabilityResponse> put_image_tag_mutability(const Call& call,
                                                                     PutImageTagMutabilityRequest request);
base::Result<PutImageScanningConfigurationResponse> put_image_scanning_configuration(
    const Call& call, PutImageScanningConfigurationRequest request);

}  // namespace berth::api::ecr
