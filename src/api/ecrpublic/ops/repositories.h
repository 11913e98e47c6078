// CreateRepository, DescribeRepositories, DeleteRepository.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/ops/repositories.h"
#include "api/ecrpublic/call.h"
#include "api/ecrpublic/ops/catalog.h"
#include "api/ecrpublic/shapes.h"

namespace berth::api::ecrpublic {

struct RepositoryShape {
  std::string repository_arn, registry_id, repository_name, repository_uri;
  base::Timestamp created_at;

  template <class F>
  void fields(F& f) {
    f.opt("repositoryArn", repository_arn);
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("repositoryUri", repository_uri);
    f.opt("createdAt", created_at);
  }
};

struct CreateRepositoryRequest {
  std::string repository_name;
  std::optional<CatalogDataInput> catalog_data;
  std::vector<Tag> tags;

  template <class F>
  void fields(F& f) {
    f.req("repositoryName", repository_name, kNameLength, kNameRule);
    f.opt("catalogData", catalog_data);
    f.opt("tags", tags, kTagCount);
  }
};

struct CreateRepositoryResponse {
  RepositoryShape repository;
  std::optional<CatalogDataShape> catalog_data;

  template <class F>
  void fields(F& f) {
    f.opt("repository", repository);
    f.opt("catalogData", catalog_data);
  }
};

struct DescribeRepositoriesRequest : ecr::DescribeRepositoriesRequest {
  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id, ecr::kRegistryIdRule);
    f.opt("repositoryNames", repository_names, ecr::kBatch, kNameLength, kNameRule);
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

struct RepositoryResponse {
  RepositoryShape repository;

  template <class F>
  void fields(F& f) {
    f.opt("repository", repository);
  }
};

base::Result<CreateRepositoryResponse> create_repository(const Call& call, CreateRepositoryRequest request);
base::Result<DescribeRepositoriesResponse> describe_repositories(const Call& call, DescribeRepositoriesRequest request);
base::Result<RepositoryResponse> delete_repository(const Call& call, InById<ecr::DeleteRepositoryRequest> request);

}  // namespace berth::api::ecrpublic
