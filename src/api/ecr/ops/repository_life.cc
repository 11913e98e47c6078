#include "api/ecr/ops/repository_life.h"

#include <utility>

#include "api/ecr/errors.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kList = "ListRepositories";
constexpr std::string_view kDelete = "DeleteRepositories";

base::Result<std::string> start_of(std::string_view list, const std::optional<std::string>& token) {
  if (!token) return std::string();
  BERTH_TRY(auto parts, read_token(list, 1, *token));
  if (!model::RepositoryName::matches(parts[0])) return fail_token();
  return std::move(parts[0]);
}

RepositorySummary summary_of(const Call& call, const service::RepositoryUsage& usage) {
  auto shape = shape_of(call, usage.repository);
  return {.repository_name = std::move(shape.repository_name),
          .repository_arn = std::move(shape.repository_arn),
          .repository_uri = std::move(shape.repository_uri),
          .created_at = shape.created_at,
          .image_count = static_cast<std::int64_t>(usage.images),
          .deletion_protection = usage.repository.deletion_protected};
}

}  // namespace

base::Result<RepositoryResponse> rename_repository(const Call& call, RenameRepositoryRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  BERTH_TRY(const auto name, at("newRepositoryName", model::RepositoryName::parse(request.new_repository_name)));
  BERTH_TRY(const auto renamed, call.deps.repositories.rename(call.scope, ref, name));
  return RepositoryResponse{.repository = shape_of(call, renamed)};
}

base::Result<PutDeletionProtectionResponse> put_deletion_protection(const Call& call,
                                                                    PutDeletionProtectionRequest request) {
  BERTH_TRY(const auto ref, call.repository(request.registry_id, request.repository_name));
  const auto wanted = request.deletion_protection ? service::DeletionProtection::on : service::DeletionProtection::off;
  BERTH_TRY(const auto changed, call.deps.repositories.set_deletion_protection(call.scope, ref, wanted));
  return PutDeletionProtectionResponse{.registry_id = ref.registry.account.text(),
                                       .repository_name = ref.name.text(),
                                       .deletion_protection = changed.deletion_protected};
}

base::Result<ListRepositoriesResponse> list_repositories(const Call& call, ListRepositoriesRequest request) {
  BERTH_TRY(const auto registry, call.registry(request.registry_id));
  BERTH_TRY(auto after, start_of(kList, request.next_token));
  const auto limit = request.limit();
  BERTH_TRY(auto found, call.deps.repositories.usage(call.scope, registry, request.prefix.value_or(""),
                                                     {.after = std::move(after), .limit = limit}));
  ListRepositoriesResponse response;
  response.next_token = cut_page(found, limit, [](const service::RepositoryUsage& last) {
    return make_token(kList, {last.repository.ref.name.text()});
  });
  for (const auto& each : found) response.repositories.push_back(summary_of(call, each));
  return response;
}

base::Result<DeleteRepositoriesResponse> delete_repositories(const Call& call, DeleteRepositoriesRequest request) {
  BERTH_TRY(const auto registry, call.registry(request.registry_id));
  BERTH_TRY(auto after, start_of(kDelete, request.next_token));
  BERTH_TRY(const auto done,
            call.deps.repositories.remove_below(call.scope, registry,
                                                {.prefix = std::move(request.prefix),
                                                 .force = request.force ? service::Force::yes : service::Force::no,
                                                 .after = std::move(after),
                                                 .limit = request.limit()}));
  DeleteRepositoriesResponse response;
  for (const auto& each : done.removed) response.repositories.push_back(shape_of(call, each));
  for (const auto& each : done.failures) {
    response.failures.push_back({.repository_name = each.repository.text(),
                                 .failure_code = std::string(name(exception_for(each.error.code))),
                                 .failure_reason = each.error.message});
  }
  if (done.next) response.next_token = make_token(kDelete, {*done.next});
  return response;
}

}  // namespace berth::api::ecr
