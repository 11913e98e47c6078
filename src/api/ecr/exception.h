// The exceptions of the APIs of ECR and ECR Public by name, and sets of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace berth::api::ecr {

// In the order of kExceptionNames. The last ones may come from every operation and are declared by none ("Common
// errors" of the API reference).
enum class Exception : std::uint8_t {
  server,
  invalid_parameter,
  validation,
  blocked_by_organization_policy,
  empty_upload,
  exclusion_already_exists,
  exclusion_not_found,
  image_already_exists,
  image_archived,
  image_digest_does_not_match,
  image_not_found,
  image_storage_class_update_not_supported,
  image_tag_already_exists,
  invalid_layer,
  invalid_layer_part,
  invalid_tag_parameter,
  kms,
  layer_already_exists,
  layer_inaccessible,
  layer_part_too_small,
  layers_not_found,
  lifecycle_policy_not_found,
  lifecycle_policy_preview_in_progress,
  lifecycle_policy_preview_not_found,
  limit_exceeded,
  pull_through_cache_rule_already_exists,
  pull_through_cache_rule_not_found,
  referenced_images_not_found,
  registry_not_found,
  registry_policy_not_found,
  replication_backfill_in_progress,
  replication_backfill_invalid_status,
  replication_backfill_not_found,
  repository_already_exists,
  repository_catalog_data_not_found,
  repository_not_empty,
  repository_not_found,
  repository_policy_not_found,
  scan_not_found,
  secret_not_found,
  signing_configuration_not_found,
  template_already_exists,
  template_not_found,
  too_many_tags,
  unable_to_access_secret,
  unable_to_decrypt_secret_value,
  unable_to_get_upstream_image,
  unable_to_get_upstream_layer,
  unable_to_list_upstream_image_referrers,
  unsupported_command,
  unsupported_image_type,
  unsupported_upstream_registry,
  upload_not_found,

  access_denied,  // the first common one
  expired_token,
  incomplete_signature,
  invalid_signature,
  missing_authentication_token,
  request_entity_too_large,
  serialization,
  throttling,
  unknown_operation,
  unrecognized_client,
};

inline constexpr std::array kExceptionNames = std::to_array<std::string_view>({
    "ServerException",
    "InvalidParameterException",
    "ValidationException",
    "BlockedByOrganizationPolicyException",
    "EmptyUploadException",
    "ExclusionAlreadyExistsException",
    "ExclusionNotFoundException",
    "ImageAlreadyExistsException",
    "ImageArchivedException",
    "ImageDigestDoesNotMatchException",
    "ImageNotFoundException",
    "ImageStorageClassUpdateNotSupportedException",
    "ImageTagAlreadyExistsException",
    "InvalidLayerException",
    "InvalidLayerPartException",
    "InvalidTagParameterException",
    "KmsException",
    "LayerAlreadyExistsException",
    "LayerInaccessibleException",
    "LayerPartTooSmallException",
    "LayersNotFoundException",
    "LifecyclePolicyNotFoundException",
    "LifecyclePolicyPreviewInProgressException",
    "LifecyclePolicyPreviewNotFoundException",
    "LimitExceededException",
    "PullThroughCacheRuleAlreadyExistsException",
    "PullThroughCacheRuleNotFoundException",
    "ReferencedImagesNotFoundException",
    "RegistryNotFoundException",
    "RegistryPolicyNotFoundException",
    "ReplicationBackfillInProgressException",
    "ReplicationBackfillInvalidStatusException",
    "ReplicationBackfillNotFoundException",
    "RepositoryAlreadyExistsException",
    "RepositoryCatalogDataNotFoundException",
    "RepositoryNotEmptyException",
    "RepositoryNotFoundException",
    "RepositoryPolicyNotFoundException",
    "ScanNotFoundException",
    "SecretNotFoundException",
    "SigningConfigurationNotFoundException",
    "TemplateAlreadyExistsException",
    "TemplateNotFoundException",
    "TooManyTagsException",
    "UnableToAccessSecretException",
    "UnableToDecryptSecretValueException",
    "UnableToGetUpstreamImageException",
    "UnableToGetUpstreamLayerException",
    "UnableToListUpstreamImageReferrersException",
    "UnsupportedCommandException",
    "UnsupportedImageTypeException",
    "UnsupportedUpstreamRegistryException",
    "UploadNotFoundException",
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "RequestEntityTooLargeException",
    "SerializationException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
});
static_assert(kExceptionNames.size() == static_cast<std::size_t>(Exception::unrecognized_client) + 1);

constexpr std::string_view name(Exception exception) { return kExceptionNames[static_cast<std::size_t>(exception)]; }
constexpr bool is_common(Exception exception) { return exception >= Exception::access_denied; }

// A value, made at compile time.
class ExceptionSet {
 public:
  constexpr ExceptionSet(std::initializer_list<Exception> members) {
    for (const auto member : members) bits_ |= bit(member);
  }
  constexpr bool contains(Exception exception) const { return (bits_ & bit(exception)) != 0; }
  constexpr ExceptionSet with(ExceptionSet more) const {
    more.bits_ |= bits_;
    return more;
  }

 private:
  static_assert(kExceptionNames.size() <= 64);
  static constexpr std::uint64_t bit(Exception exception) {
    return std::uint64_t{1} << static_cast<unsigned>(exception);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace berth::api::ecr
