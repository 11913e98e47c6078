#include "api/ecrpublic/ops/repositories.h"

#include <utility>

#include "model/arn.h"

namespace berth::api::ecrpublic {
namespace {

// ECR's answer by another URI, and without what public repositories do not have.
RepositoryShape shape_of(ecr::RepositoryShape shape, const std::string& registry_uri) {
  return {.repository_arn = std::move(shape.repository_arn),
          .registry_id = std::move(shape.registry_id),
          .repository_name = shape.repository_name,
          .repository_uri = registry_uri + "/" + shape.repository_name,
          .created_at = shape.created_at};
}

RepositoryShape shape_of(const model::Repository& repository, const std::string& registry_uri) {
  const auto& [registry, name] = repository.ref;
  return {.repository_arn = model::RepositoryArn{registry.region, registry.account, name}.text(),
          .registry_id = registry.account.text(),
          .repository_name = name.text(),
          .repository_uri = registry_uri + "/" + name.text(),
          .created_at = repository.created};
}

}  // namespace

base::Result<CreateRepositoryResponse> create_repository(const Call& call, CreateRepositoryRequest request) {
  BERTH_TRY(auto ref, call.ecr.repository(std::nullopt, request.repository_name));
  service::CreateRepository command{
      .repository = std::move(ref), .mutability = {}, .tags = tags_from(std::move(request.tags))};
  if (request.catalog_data) {
    BERTH_TRY(command.catalog, catalog_from(*std::move(request.catalog_data)));
  }
  BERTH_TRY(const auto created, call.deps.ecr.repositories.create(call.scope(), command));
  BERTH_TRY(const auto uri, call.registry_uri(created.ref.registry.account));
  CreateRepositoryResponse response{.repository = shape_of(created, uri), .catalog_data = {}};
  if (command.catalog) {
    const bool has_logo = command.catalog->logo.has_value();
    BERTH_TRY(response.catalog_data, shape_of(call, created.ref, *std::move(command.catalog), has_logo));
  }
  return response;
}

base::Result<DescribeRepositoriesResponse> describe_repositories(const Call& call,
                                                                 DescribeRepositoriesRequest request) {
  BERTH_TRY(const auto registry, call.ecr.registry(request.registry_id));
  BERTH_TRY(auto found, ecr::describe_repositories(call.ecr, static_cast<ecr::DescribeRepositoriesRequest&&>(request)));
  BERTH_TRY(const auto uri, call.registry_uri(registry.account));
  DescribeRepositoriesResponse response{.repositories = {}, .next_token = std::move(found.next_token)};
  for (auto& each : found.repositories) response.repositories.push_back(shape_of(std::move(each), uri));
  return response;
}

base::Result<RepositoryResponse> delete_repository(const Call& call, InById<ecr::DeleteRepositoryRequest> request) {
  BERTH_TRY(const auto registry, call.ecr.registry(request.registry_id));
  BERTH_TRY(auto removed, ecr::delete_repository(call.ecr, static_cast<ecr::DeleteRepositoryRequest&&>(request)));
  BERTH_TRY(const auto uri, call.registry_uri(registry.account));
  return RepositoryResponse{.repository = shape_of(std::move(removed.repository), uri)};
}

}  // namespace berth::api::ecrpublic
