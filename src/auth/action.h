// What one may be permitted to do: the actions of ECR as IAM names them (Service Authorization Reference, "Actions
// defined by Amazon Elastic Container Registry"). Not the same list as the operations: ListImageReferrers is authorised
// as ecr:BatchGetImage, and BatchImportUpstreamImage, GetImageCopyStatus and ReplicateImage are no operations.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::auth {

enum class Action : std::uint8_t {
  batch_check_layer_availability,
  batch_delete_image,
  batch_get_image,
  batch_get_repository_scanning_configuration,
  batch_import_upstream_image,
  complete_layer_upload,
  create_pull_through_cache_rule,
  create_repository,
  create_repository_creation_template,
  delete_lifecycle_policy,
  delete_pull_through_cache_rule,
  delete_registry_policy,
  delete_repository,
  delete_repository_creation_template,
  delete_repository_policy,
  delete_signing_configuration,
  deregister_pull_time_update_exclusion,
  describe_image_replication_status,
  describe_image_scan_findings,
  describe_image_signing_status,
  describe_images,
  describe_pull_through_cache_rules,
  describe_registry,
  describe_replication_backfill_results,
  describe_repositories,
  describe_repository_creation_templates,
  get_account_setting,
  get_authorization_token,
  get_download_url_for_layer,
  get_image_copy_status,
  get_lifecycle_policy,
  get_lifecycle_policy_preview,
  get_registry_policy,
  get_registry_scanning_configuration,
  get_repository_policy,
  get_signing_configuration,
  initiate_layer_upload,
  list_images,
  list_pull_time_update_exclusions,
  list_replication_backfills,
  list_tags_for_resource,
  put_account_setting,
  put_image,
  put_image_scanning_configuration,
  put_image_tag_mutability,
  put_lifecycle_policy,
  put_registry_policy,
  put_registry_scanning_configuration,
  put_replication_configuration,
  put_signing_configuration,
  register_pull_time_update_exclusion,
  replicate_image,
  set_repository_policy,
  start_image_scan,
  start_lifecycle_policy_preview,
  start_replication_backfill,
  stop_replication_backfill,
  tag_resource,
  untag_resource,
  update_image_storage_class,
  update_pull_through_cache_rule,
  update_repository_creation_template,
  upload_layer_part,
  validate_pull_through_cache_rule,
};

// In the order of the enumerators.
inline constexpr std::array kActionNames = std::to_array<std::string_view>({
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchDeleteImage",
    "ecr:BatchGetImage",
    "ecr:BatchGetRepositoryScanningConfiguration",
    "ecr:BatchImportUpstreamImage",
    "ecr:CompleteLayerUpload",
    "ecr:CreatePullThroughCacheRule",
    "ecr:CreateRepository",
    "ecr:CreateRepositoryCreationTemplate",
    "ecr:DeleteLifecyclePolicy",
    "ecr:DeletePullThroughCacheRule",
    "ecr:DeleteRegistryPolicy",
    "ecr:DeleteRepository",
    "ecr:DeleteRepositoryCreationTemplate",
    "ecr:DeleteRepositoryPolicy",
    "ecr:DeleteSigningConfiguration",
    "ecr:DeregisterPullTimeUpdateExclusion",
    "ecr:DescribeImageReplicationStatus",
    "ecr:DescribeImageScanFindings",
    "ecr:DescribeImageSigningStatus",
    "ecr:DescribeImages",
    "ecr:DescribePullThroughCacheRules",
    "ecr:DescribeRegistry",
    "ecr:DescribeReplicationBackfillResults",
    "ecr:DescribeRepositories",
    "ecr:DescribeRepositoryCreationTemplates",
    "ecr:GetAccountSetting",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecr:GetImageCopyStatus",
    "ecr:GetLifecyclePolicy",
    "ecr:GetLifecyclePolicyPreview",
    "ecr:GetRegistryPolicy",
    "ecr:GetRegistryScanningConfiguration",
    "ecr:GetRepositoryPolicy",
    "ecr:GetSigningConfiguration",
    "ecr:InitiateLayerUpload",
    "ecr:ListImages",
    "ecr:ListPullTimeUpdateExclusions",
    "ecr:ListReplicationBackfills",
    "ecr:ListTagsForResource",
    "ecr:PutAccountSetting",
    "ecr:PutImage",
    "ecr:PutImageScanningConfiguration",
    "ecr:PutImageTagMutability",
    "ecr:PutLifecyclePolicy",
    "ecr:PutRegistryPolicy",
    "ecr:PutRegistryScanningConfiguration",
    "ecr:PutReplicationConfiguration",
    "ecr:PutSigningConfiguration",
    "ecr:RegisterPullTimeUpdateExclusion",
    "ecr:ReplicateImage",
    "ecr:SetRepositoryPolicy",
    "ecr:StartImageScan",
    "ecr:StartLifecyclePolicyPreview",
    "ecr:StartReplicationBackfill",
    "ecr:StopReplicationBackfill",
    "ecr:TagResource",
    "ecr:UntagResource",
    "ecr:UpdateImageStorageClass",
    "ecr:UpdatePullThroughCacheRule",
    "ecr:UpdateRepositoryCreationTemplate",
    "ecr:UploadLayerPart",
    "ecr:ValidatePullThroughCacheRule",
});
static_assert(kActionNames.size() == static_cast<std::size_t>(Action::validate_pull_through_cache_rule) + 1);

// "ecr:PutImage"
constexpr std::string_view name(Action action) { return kActionNames[static_cast<std::size_t>(action)]; }

// "ecr-public:PutImage": ECR Public has actions of the same names.
inline std::string public_name(Action action) { return "ecr-public" + std::string(name(action).substr(3)); }

// ECR Public has no such actions: whoever knows a public repository may pull from it.
constexpr bool is_pull(Action action) {
  return action == Action::batch_get_image || action == Action::get_download_url_for_layer ||
         action == Action::list_images;
}

// Those that a registry policy of REGISTRY_POLICY_SCOPE V1 is about (ECR User Guide, "Private registry policy").
inline constexpr std::array kRegistryPolicyV1{Action::replicate_image, Action::batch_import_upstream_image,
                                              Action::create_repository};

}  // namespace berth::auth
