#include "api/ecr/operations.h"

#include <algorithm>

#include "api/ecr/ops/batch_images.h"
#include "api/ecr/ops/creation_templates.h"
#include "api/ecr/ops/layers.h"
#include "api/ecr/ops/lifecycle.h"
#include "api/ecr/ops/list_images.h"
#include "api/ecr/ops/policies.h"
#include "api/ecr/ops/pull_exclusions.h"
#include "api/ecr/ops/put_image.h"
#include "api/ecr/ops/referrers.h"
#include "api/ecr/ops/registry.h"
#include "api/ecr/ops/repositories.h"
#include "api/ecr/ops/resource_tags.h"
#include "api/ecr/ops/storage_class.h"
#include "api/ecr/ops/uploads.h"

namespace berth::api::ecr {
namespace {

using enum Access;
using enum Exception;

template <auto Function>
constexpr Operation built(std::string_view name, Access access, ExceptionSet errors, BodySize body = BodySize::small) {
  return built_operation<Call, Function>(name, access, errors, body);
}

// What all operations but DeleteSigningConfiguration declare, and `more`.
constexpr ExceptionSet usual(ExceptionSet more) { return more.with({server, invalid_parameter}); }

constexpr Operation missing(std::string_view name, Access access, ExceptionSet errors) {
  return {.name = name, .access = access, .errors = errors};
}

// botocore's model ecr/2015-09-21, and the four of replication backfill that newer SDKs have. By name.
constexpr auto kOperations = std::to_array<Operation>({
    built<&batch_check_layer_availability>("BatchCheckLayerAvailability", read, usual({repository_not_found})),
    built<&batch_delete_image>("BatchDeleteImage", write, usual({repository_not_found})),
    built<&batch_get_image>("BatchGetImage", read,
                            usual({limit_exceeded, repository_not_found, unable_to_get_upstream_image})),
    missing("BatchGetRepositoryScanningConfiguration", read, usual({repository_not_found, validation})),
    built<&complete_layer_upload>("CompleteLayerUpload", write,
                                  usual({empty_upload, invalid_layer, kms, layer_already_exists, layer_part_too_small,
                                         repository_not_found, upload_not_found})),
    missing("CreatePullThroughCacheRule", write,
            usual({limit_exceeded, pull_through_cache_rule_already_exists, secret_not_found, unable_to_access_secret,
                   unable_to_decrypt_secret_value, unsupported_upstream_registry, validation})),
    built<&create_repository>(
        "CreateRepository", write,
        usual({invalid_tag_parameter, kms, limit_exceeded, repository_already_exists, too_many_tags})),
    built<&create_repository_creation_template>("CreateRepositoryCreationTemplate", write,
                                                usual({limit_exceeded, template_already_exists, validation})),
    built<&delete_lifecycle_policy>("DeleteLifecyclePolicy", write,
                                    usual({lifecycle_policy_not_found, repository_not_found, validation})),
    missing("DeletePullThroughCacheRule", write, usual({pull_through_cache_rule_not_found, validation})),
    built<&delete_registry_policy>("DeleteRegistryPolicy", write, usual({registry_policy_not_found, validation})),
    built<&delete_repository>("DeleteRepository", write, usual({kms, repository_not_empty, repository_not_found})),
    built<&delete_repository_creation_template>("DeleteRepositoryCreationTemplate", write,
                                                usual({template_not_found, validation})),
    built<&delete_repository_policy>("DeleteRepositoryPolicy", write,
                                     usual({repository_not_found, repository_policy_not_found})),
    missing("DeleteSigningConfiguration", write, {server, signing_configuration_not_found, validation}),
    built<&deregister_pull_time_update_exclusion>("DeregisterPullTimeUpdateExclusion", write,
                                                  usual({exclusion_not_found, limit_exceeded, validation})),
    missing("DescribeImageReplicationStatus", read, usual({image_not_found, repository_not_found, validation})),
    missing("DescribeImageScanFindings", read,
            usual({image_not_found, repository_not_found, scan_not_found, validation})),
    missing("DescribeImageSigningStatus", read, usual({image_not_found, repository_not_found, validation})),
    built<&describe_images>("DescribeImages", read, usual({image_not_found, repository_not_found})),
    missing("DescribePullThroughCacheRules", read, usual({pull_through_cache_rule_not_found, validation})),
    built<&describe_registry>("DescribeRegistry", read, usual({validation})),
    missing("DescribeReplicationBackfillResults", read, usual({replication_backfill_not_found, validation})),
    built<&describe_repositories>("DescribeRepositories", read, usual({repository_not_found})),
    built<&describe_repository_creation_templates>("DescribeRepositoryCreationTemplates", read, usual({validation})),
    built<&get_account_setting>("GetAccountSetting", read, usual({validation})),
    built<&get_authorization_token>("GetAuthorizationToken", read, usual({})),
    built<&get_download_url_for_layer>(
        "GetDownloadUrlForLayer", read,
        usual({layer_inaccessible, layers_not_found, repository_not_found, unable_to_get_upstream_layer})),
    built<&get_lifecycle_policy>("GetLifecyclePolicy", read,
                                 usual({lifecycle_policy_not_found, repository_not_found, validation})),
    built<&get_lifecycle_policy_preview>("GetLifecyclePolicyPreview", read,
                                         usual({lifecycle_policy_preview_not_found, repository_not_found, validation})),
    built<&get_registry_policy>("GetRegistryPolicy", read, usual({registry_policy_not_found, validation})),
    missing("GetRegistryScanningConfiguration", read, usual({validation})),
    built<&get_repository_policy>("GetRepositoryPolicy", read,
                                  usual({repository_not_found, repository_policy_not_found})),
    missing("GetSigningConfiguration", read, usual({signing_configuration_not_found, validation})),
    built<&initiate_layer_upload>("InitiateLayerUpload", write, usual({kms, repository_not_found})),
    built<&list_image_referrers>("ListImageReferrers", read,
                                 usual({repository_not_found, unable_to_list_upstream_image_referrers, validation})),
    built<&list_images>("ListImages", read, usual({repository_not_found})),
    built<&list_pull_time_update_exclusions>("ListPullTimeUpdateExclusions", read, usual({limit_exceeded, validation})),
    missing("ListReplicationBackfills", read, usual({validation})),
    built<&list_tags_for_resource>("ListTagsForResource", read, usual({repository_not_found})),
    built<&put_account_setting>("PutAccountSetting", write, usual({limit_exceeded, validation})),
    built<&put_image>("PutImage", write,
                      usual({image_already_exists, image_digest_does_not_match, image_tag_already_exists, kms,
                             layers_not_found, limit_exceeded, referenced_images_not_found, repository_not_found}),
                      BodySize::large),
    built<&put_image_scanning_configuration>("PutImageScanningConfiguration", write,
                                             usual({repository_not_found, validation})),
    built<&put_image_tag_mutability>("PutImageTagMutability", write, usual({repository_not_found})),
    built<&put_lifecycle_policy>("PutLifecyclePolicy", write, usual({repository_not_found, validation})),
    built<&put_registry_policy>("PutRegistryPolicy", write, usual({validation})),
    missing("PutRegistryScanningConfiguration", write, usual({blocked_by_organization_policy, validation})),
    missing("PutReplicationConfiguration", write, usual({validation})),
    missing("PutSigningConfiguration", write, usual({validation})),
    built<&register_pull_time_update_exclusion>("RegisterPullTimeUpdateExclusion", write,
                                                usual({exclusion_already_exists, limit_exceeded, validation})),
    built<&set_repository_policy>("SetRepositoryPolicy", write, usual({repository_not_found})),
    missing("StartImageScan", write,
            usual({image_archived, image_not_found, limit_exceeded, repository_not_found, unsupported_image_type,
                   validation})),
    built<&start_lifecycle_policy_preview>(
        "StartLifecyclePolicyPreview", write,
        usual({lifecycle_policy_not_found, lifecycle_policy_preview_in_progress, repository_not_found, validation})),
    missing("StartReplicationBackfill", write, usual({limit_exceeded, replication_backfill_in_progress, validation})),
    missing("StopReplicationBackfill", write,
            usual({replication_backfill_invalid_status, replication_backfill_not_found, validation})),
    built<&tag_resource>("TagResource", write, usual({invalid_tag_parameter, repository_not_found, too_many_tags})),
    built<&untag_resource>("UntagResource", write, usual({invalid_tag_parameter, repository_not_found, too_many_tags})),
    built<&update_image_storage_class>(
        "UpdateImageStorageClass", write,
        usual({image_not_found, image_storage_class_update_not_supported, repository_not_found, validation})),
    missing("UpdatePullThroughCacheRule", write,
            usual({pull_through_cache_rule_not_found, secret_not_found, unable_to_access_secret,
                   unable_to_decrypt_secret_value, validation})),
    built<&update_repository_creation_template>("UpdateRepositoryCreationTemplate", write,
                                                usual({template_not_found, validation})),
    built<&upload_layer_part>("UploadLayerPart", write,
                              usual({invalid_layer_part, kms, limit_exceeded, repository_not_found, upload_not_found}),
                              BodySize::large),
    missing("ValidatePullThroughCacheRule", read, usual({pull_through_cache_rule_not_found, validation})),
});
static_assert(kOperations.size() == 62);
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

}  // namespace

std::span<const Operation> operations() { return kOperations; }

const Operation* find_operation(std::string_view name) { return find_in<Call>(kOperations, name); }

std::vector<aws::OperationRow> operation_rows() { return rows_of<Call>(kOperations); }

}  // namespace berth::api::ecr
