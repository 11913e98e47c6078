// Extensions: RenameRepository, PutDeletionProtection, ListRepositories, DeleteRepositories.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/ops/repositories.h"
#include "api/ecr/paging.h"
#include "api/ecr/shapes.h"

namespace berth::api::ecr {

struct RenameRepositoryRequest : InRepository {
  std::string new_repository_name;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("newRepositoryName", new_repository_name, kNameLength, kNameRule);
  }
};

struct PutDeletionProtectionRequest : InRepository {
  bool deletion_protection = false;

  template <class F>
  void fields(F& f) {
    repository_fields(f);
    f.req("deletionProtection", deletion_protection);
  }
};

struct PutDeletionProtectionResponse {
  std::string registry_id, repository_name;
  bool deletion_protection = false;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("deletionProtection", deletion_protection);
  }
};

// `prefix` is a whole path: "team" stands for team, team/app and team/app/x, not for teams.
struct ListRepositoriesRequest : Paged {
  std::optional<std::string> registry_id, prefix;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id, kRegistryIdRule);
    f.opt("prefix", prefix, kNameLength, kNameRule);
    page_fields(f);
  }
};

struct RepositorySummary {
  std::string repository_name, repository_arn, repository_uri;
  base::Timestamp created_at;
  std::int64_t image_count = 0;
  bool deletion_protection = false;

  template <class F>
  void fields(F& f) {
    f.opt("repositoryName", repository_name);
    f.opt("repositoryArn", repository_arn);
    f.opt("repositoryUri", repository_uri);
    f.opt("createdAt", created_at);
    f.opt("imageCount", image_count);
    f.opt("deletionProtection", deletion_protection);
  }
};

struct ListRepositoriesResponse {
  std::vector<RepositorySummary> repositories;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("repositories", repositories);
    f.opt("nextToken", next_token);
  }
};

struct DeleteRepositoriesRequest : Paged {
  std::optional<std::string> registry_id;
  std::string prefix;
  bool force = false;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id, kRegistryIdRule);
    f.req("prefix", prefix, kNameLength, kNameRule);
    f.opt("force", force);
    page_fields(f, 100);
  }
};

struct RepositoryFailure {
  std::string repository_name, failure_code, failure_reason;

  template <class F>
  void fields(F& f) {
    f.opt("repositoryName", repository_name);
    f.opt("failureCode", failure_code);
    f.opt("failureReason", failure_reason);
  }
};

struct DeleteRepositoriesResponse {
  std::vector<RepositoryShape> repositories;  // those that are gone
  std::vector<RepositoryFailure> failures;
  std::optional<std::string> next_token;  // there are more: ask again with it

  template <class F>
  void fields(F& f) {
    f.opt("repositories", repositories);
    f.opt("failures", failures);
    f.opt("nextToken", next_token);
  }
};

base::Result<RepositoryResponse> rename_repository(const Call& call, RenameRepositoryRequest request);
base::Result<PutDeletionProtectionResponse> put_deletion_protection(const Call& call,
                                                                    PutDeletionProtectionRequest request);
base::Result<ListRepositoriesResponse> list_repositories(const Call& call, ListRepositoriesRequest request);
base::Result<DeleteRepositoriesResponse> delete_repositories(const Call& call, DeleteRepositoriesRequest request);

}  // namespace berth::api::ecr
