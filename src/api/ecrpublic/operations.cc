#include "api/ecrpublic/operations.h"

#include <algorithm>

#include "api/ecr/ops/batch_images.h"
#include "api/ecr/ops/layers.h"
#include "api/ecr/ops/policies.h"
#include "api/ecr/ops/put_image.h"
#include "api/ecr/ops/uploads.h"
#include "api/ecrpublic/ops/catalog.h"
#include "api/ecrpublic/ops/images.h"
#include "api/ecrpublic/ops/registries.h"
#include "api/ecrpublic/ops/repositories.h"
#include "api/ecrpublic/ops/resource_tags.h"
#include "api/ecrpublic/shared.h"

namespace berth::api::ecrpublic {
namespace {

using enum ecr::Access;
using enum ecr::Exception;

// What all operations declare, and `more`.
constexpr ecr::ExceptionSet usual(ecr::ExceptionSet more) { return more.with({server, unsupported_command}); }

template <auto Function>
constexpr Operation built(std::string_view name, ecr::Access access, ecr::ExceptionSet more,
                          ecr::BodySize body = ecr::BodySize::small) {
  return ecr::built_operation<Call, Function>(name, access, usual(more), body);
}

template <auto Function>
constexpr auto kById = &Shared<Function>::by_id;
template <auto Function>
constexpr auto kByIdOrAlias = &Shared<Function>::by_id_or_alias;

// botocore's model ecr-public/2020-10-30, by name.
constexpr auto kOperations = std::to_array<Operation>({
    built<kByIdOrAlias<&ecr::batch_check_layer_availability>>(
        "BatchCheckLayerAvailability", read, {invalid_parameter, registry_not_found, repository_not_found}),
    built<kByIdOrAlias<&ecr::batch_delete_image>>("BatchDeleteImage", write, {invalid_parameter, repository_not_found}),
    built<kByIdOrAlias<&ecr::complete_layer_upload>>(
        "CompleteLayerUpload", write,
        {empty_upload, invalid_layer, invalid_parameter, layer_already_exists, layer_part_too_small, registry_not_found,
         repository_not_found, upload_not_found}),
    built<&create_repository>(
        "CreateRepository", write,
        {invalid_parameter, invalid_tag_parameter, limit_exceeded, repository_already_exists, too_many_tags},
        ecr::BodySize::large),
    built<&delete_repository>("DeleteRepository", write,
                              {invalid_parameter, repository_not_empty, repository_not_found}),
    built<kById<&ecr::delete_repository_policy>>(
        "DeleteRepositoryPolicy", write, {invalid_parameter, repository_not_found, repository_policy_not_found}),
    built<&describe_image_tags>("DescribeImageTags", read, {invalid_parameter, repository_not_found}),
    built<&describe_images>("DescribeImages", read, {image_not_found, invalid_parameter, repository_not_found}),
    built<&describe_registries>("DescribeRegistries", read, {invalid_parameter}),
    built<&describe_repositories>("DescribeRepositories", read, {invalid_parameter, repository_not_found}),
    built<&get_authorization_token>("GetAuthorizationToken", read, {invalid_parameter}),
    built<&get_registry_catalog_data>("GetRegistryCatalogData", read, {}),
    built<&get_repository_catalog_data>("GetRepositoryCatalogData", read,
                                        {invalid_parameter, repository_catalog_data_not_found, repository_not_found}),
    built<kById<&ecr::get_repository_policy>>("GetRepositoryPolicy", read,
                                              {invalid_parameter, repository_not_found, repository_policy_not_found}),
    built<kByIdOrAlias<&ecr::initiate_layer_upload>>("InitiateLayerUpload", write,
                                                     {invalid_parameter, registry_not_found, repository_not_found}),
    built<&list_tags_for_resource>("ListTagsForResource", read, {invalid_parameter, repository_not_found}),
    built<kByIdOrAlias<&ecr::put_image>>(
        "PutImage", write,
        {image_already_exists, image_digest_does_not_match, image_tag_already_exists, invalid_parameter,
         layers_not_found, limit_exceeded, referenced_images_not_found, registry_not_found, repository_not_found},
        ecr::BodySize::large),
    built<&put_registry_catalog_data>("PutRegistryCatalogData", write, {invalid_parameter}),
    built<&put_repository_catalog_data>("PutRepositoryCatalogData", write, {invalid_parameter, repository_not_found},
                                        ecr::BodySize::large),
    built<kById<&ecr::set_repository_policy>>("SetRepositoryPolicy", write, {invalid_parameter, repository_not_found}),
    built<&tag_resource>("TagResource", write,
                         {invalid_parameter, invalid_tag_parameter, repository_not_found, too_many_tags}),
    built<&untag_resource>("UntagResource", write,
                           {invalid_parameter, invalid_tag_parameter, repository_not_found, too_many_tags}),
    built<kByIdOrAlias<&ecr::upload_layer_part>>("UploadLayerPart", write,
                                                 {invalid_layer_part, invalid_parameter, limit_exceeded,
                                                  registry_not_found, repository_not_found, upload_not_found},
                                                 ecr::BodySize::large),
});
static_assert(kOperations.size() == 23);
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

}  // namespace

std::span<const Operation> operations() { return kOperations; }

std::vector<aws::OperationRow> operation_rows() { return ecr::rows_of<Call>(kOperations); }

}  // namespace berth::api::ecrpublic
