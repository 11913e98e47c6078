// The operations that ECR does not have.
#include <algorithm>

#include "api/ecr/operations.h"
#include "api/ecr/ops/repository_life.h"

namespace berth::api::ecr {
namespace {

using enum Access;
using enum Exception;

template <auto Function>
constexpr Operation extension(std::string_view name, Access access, ExceptionSet more) {
  return built_operation<Call, Function>(name, access, more.with({server, invalid_parameter}), BodySize::small);
}

constexpr auto kExtensions = std::to_array<Operation>({
    extension<&delete_repositories>("DeleteRepositories", write, {}),
    extension<&list_repositories>("ListRepositories", read, {}),
    extension<&put_deletion_protection>("PutDeletionProtection", write, {repository_not_found}),
    extension<&rename_repository>("RenameRepository", write, {repository_already_exists, repository_not_found}),
});
static_assert(std::ranges::is_sorted(kExtensions, {}, &Operation::name));

}  // namespace

std::span<const Operation> extensions() { return kExtensions; }

std::vector<aws::OperationRow> extension_rows() { return rows_of<Call>(kExtensions); }

}  // namespace berth::api::ecr
