#include "api/ecr/ops/repositories.h"

#include <utility>

#include "api/ecr/repository_settings.h"
#include "model/arn.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kList = "DescribeRepositories";

base::Result<model::TagMutability> mutability_from(model::TagMutabilityMode mode, ExclusionFilters filters) {
  return model::TagMutability::make(mode, filters ? filter_texts(*std::move(filters)) : std::vector<std::string>());
}

DescribeRepositoriesResponse shapes_of(const Call& call, const std::vector<model::Repository>& repositories) {
  DescribeRepositoriesResponse response;
  response.repositories.reserve(repositories.size());
  for (const auto& repository : repositories) response.repositories.push_back(shape_of(call, repository));
  return response;
}

base::Result<DescribeRepositoriesResponse> describe_named(const Call& call, const model::RegistryRef& registry,
                                                          const DescribeRepositoriesRequest& request) {
  BERTH_CHECK(request.excludes("repositoryNames"));
  std::vector<model::RepositoryName> names;
  for (const auto& text : *request.repository_names) {
    BERTH_TRY(auto name, at("repositoryNames", model::RepositoryName::parse(text)));
    names.push_back(std::move(name));
  }
  BERTH_TRY(const auto repositories, call.deps.repositories.describe(call.scope, registry, names));
  return shapes_of(call, repositories);
}

base::Result<std::string> start_of(const DescribeRepositoriesRequest& request) {
  if (!request.next_token) return std::string();
  BERTH_TRY(auto parts, read_token(kList, 1, *request.next_token));
  if (!model::RepositoryName::matches(parts[0])) return fail_token();
  return std::move(parts[0]);
}

}  // namespace

RepositoryShape shape_of(const Call& call, const model::Repository& repository) {
  const auto& [registry, name] = repository.ref;
  return {.repository_arn =
              model::RepositoryArn{.region = registry.region, .account = registry.account, .name = name}.text(),
          .registry_id = registry.account.text(),
          .repository_name = name.text(),
          .repository_uri = call.endpoint.registry(registry) + "/" + name.text(),
          .created_at = repository.created,
          .image_tag_mutability = repository.mutability.mode(),
          .exclusion_filters = filters_of(repository.mutability),
          .scanning = {.scan_on_push = repository.scan_on_push},
          .encryption = {.encryption_type = EncryptionType::aes256, .kms_key = repository.kms_key}};
}

base::Result<RepositoryResponse> create_repository(const Call& call, CreateRepositoryRequest request) {
  BERTH_TRY(auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(auto mutability, mutability_from(request.image_tag_mutability, std::move(request.exclusion_filters)));
  BERTH_CHECK(check_encryption(request.encryption.encryption_type, request.encryption.kms_key));
  BERTH_TRY(const auto created,
            call.deps.repositories.create(call.scope, {.repository = std::move(ref),
                                                       .mutability = std::move(mutability),
                                                       .scan_on_push = request.scanning.scan_on_push,
                                                       .tags = std::move(request.tags)}));
  return RepositoryResponse{.repository = shape_of(call, created)};
}

base::Result<DescribeRepositoriesResponse> describe_repositories(const Call& call,
                                                                 DescribeRepositoriesRequest request) {
  BERTH_TRY(const auto registry, call.registry(request.registry_id));
  if (request.repository_names) return describe_named(call, registry, request);
  BERTH_TRY(auto after, start_of(request));
  const auto limit = request.limit();
  BERTH_TRY(auto repositories,
            call.deps.repositories.list(call.scope, registry, {.after = std::move(after), .limit = limit}));
  auto next = cut_page(repositories, limit,
                       [](const model::Repository& last) { return make_token(kList, {last.ref.name.text()}); });
  auto response = shapes_of(call, repositories);
  response.next_token = std::move(next);
  return response;
}

base::Result<RepositoryResponse> delete_repository(const Call& call, DeleteRepositoryRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto removed,
            call.deps.repositories.remove(call.scope, ref, request.force ? service::Force::yes : service::Force::no));
  return RepositoryResponse{.repository = shape_of(call, removed)};
}

base::Result<PutImageTagMutabilityResponse> put_image_tag_mutability(const Call& call,
                                                                     PutImageTagMutabilityRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto mutability, mutability_from(request.image_tag_mutability, std::move(request.exclusion_filters)));
  BERTH_TRY(const auto changed, call.deps.repositories.put_tag_mutability(call.scope, ref, mutability));
  return PutImageTagMutabilityResponse{.registry_id = ref.registry.account.text(),
                                       .repository_name = ref.name.text(),
                                       .image_tag_mutability = changed.mutability.mode(),
                                       .exclusion_filters = filters_of(changed.mutability)};
}

base::Result<PutImageScanningConfigurationResponse> put_image_scanning_configuration(
    const Call& call, PutImageScanningConfigurationRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto changed,
            call.deps.repositories.put_scan_on_push(call.scope, ref, request.scanning.scan_on_push));
  return PutImageScanningConfigurationResponse{.registry_id = ref.registry.account.text(),
                                               .repository_name = ref.name.text(),
                                               .scanning = {.scan_on_push = changed.scan_on_push}};
}

}  // namespace berth::api::ecr
