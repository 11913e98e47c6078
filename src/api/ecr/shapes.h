// Shapes that several operations share, and the rules of members that occur everywhere (ECR API, "Data Types").
//
// One fields() is a shape's parser, validator, serialiser and description (json/fields.h). Members that Berth never
// sets are declared all the same: they are the API.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "json/fields.h"
#include "model/account_id.h"
#include "model/image.h"
#include "model/repository_name.h"
#include "model/tag_mutability.h"

namespace berth::api::ecr {

// The model's pattern, which is wider than what Berth can store: an algorithm, a colon, hex.
inline constexpr std::string_view kDigestRegex = "[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+";
bool matches_digest(std::string_view text);
inline constexpr std::string_view kUploadIdRegex =
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
bool matches_upload_id(std::string_view text);

inline constexpr auto kRegistryIdRule = json::pattern(model::AccountId::kRegex, &model::AccountId::matches);
inline constexpr auto kNameLength = json::length(model::RepositoryName::kMinLength, model::RepositoryName::kMaxLength);
inline constexpr auto kNameRule = json::pattern(model::RepositoryName::kRegex, &model::RepositoryName::matches);
inline constexpr auto kDigestRule = json::pattern(kDigestRegex, &matches_digest);
inline constexpr auto kUploadIdRule = json::pattern(kUploadIdRegex, &matches_upload_id);
inline constexpr auto kTagLength = json::length(1, 300);
inline constexpr auto kBatch = json::items(1, 100);

// How most requests name a repository. Requests that ECR Public has too say what else is in them in own_fields(), since
// there names and registries have rules of their own (api/ecrpublic/shapes.h).
struct InRepository {
  std::optional<std::string> registry_id;
  std::string repository_name;

  template <class F>
  void repository_fields(F& f) {
    f.opt("registryId", registry_id, kRegistryIdRule);
    f.req("repositoryName", repository_name, kNameLength, kNameRule);
  }
};

struct NoMembers {
  template <class F>
  void fields(F&) {}
};

// --- repositories ---

enum class FilterType : std::uint8_t { wildcard };
inline constexpr std::pair<std::string_view, FilterType> kFilterTypeNames[] = {{"WILDCARD", FilterType::wildcard}};
constexpr const auto& enum_names(FilterType) { return kFilterTypeNames; }

struct ImageTagMutabilityExclusionFilter {
  FilterType filter_type = FilterType::wildcard;
  std::string filter;

  template <class F>
  void fields(F& f) {
    f.req("filterType", filter_type);
    f.req("filter", filter, json::length(1, 128),
          json::pattern(model::TagMutability::kFilterRegex, &model::TagMutability::filter_matches));
  }
};
using ExclusionFilters = std::optional<std::vector<ImageTagMutabilityExclusionFilter>>;
inline constexpr auto kExclusionFilterCount = json::items(1, model::TagMutability::kMaxFilters);

struct ImageScanningConfiguration {
  bool scan_on_push = false;

  template <class F>
  void fields(F& f) {
    f.opt("scanOnPush", scan_on_push);
  }
};

enum class EncryptionType : std::uint8_t { aes256, kms, kms_dsse };
inline constexpr std::pair<std::string_view, EncryptionType> kEncryptionTypeNames[] = {
    {"AES256", EncryptionType::aes256}, {"KMS", EncryptionType::kms}, {"KMS_DSSE", EncryptionType::kms_dsse}};
constexpr const auto& enum_names(EncryptionType) { return kEncryptionTypeNames; }

struct EncryptionConfiguration {
  EncryptionType encryption_type = EncryptionType::aes256;
  std::optional<std::string> kms_key;

  template <class F>
  void fields(F& f) {
    f.req("encryptionType", encryption_type);
    f.opt("kmsKey", kms_key, json::length(1, 2048));
  }
};

struct RepositoryShape {
  std::string repository_arn, registry_id, repository_name, repository_uri;
  base::Timestamp created_at;
  model::TagMutabilityMode image_tag_mutability = model::TagMutabilityMode::mutable_;
  ExclusionFilters exclusion_filters;
  ImageScanningConfiguration scanning;
  EncryptionConfiguration encryption;

  template <class F>
  void fields(F& f) {
    f.opt("repositoryArn", repository_arn);
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("repositoryUri", repository_uri);
    f.opt("createdAt", created_at);
    f.opt("imageTagMutability", image_tag_mutability);
    f.opt("imageTagMutabilityExclusionFilters", exclusion_filters, kExclusionFilterCount);
    f.opt("imageScanningConfiguration", scanning);
    f.opt("encryptionConfiguration", encryption);
  }
};

// --- images ---

struct ImageIdentifier {
  std::optional<std::string> image_digest, image_tag;

  template <class F>
  void fields(F& f) {
    f.opt("imageDigest", image_digest);
    f.opt("imageTag", image_tag, kTagLength);
  }
};

struct ImageShape {
  std::string registry_id, repository_name;
  ImageIdentifier image_id;
  std::string image_manifest;
  std::string image_manifest_media_type;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryName", repository_name);
    f.opt("imageId", image_id);
    f.opt("imageManifest", image_manifest);
    f.opt("imageManifestMediaType", image_manifest_media_type);
  }
};

using model::ImageStatus;  // and ArtifactStatus

// ImageStatusFilter and ArtifactStatusFilter.
enum class StatusFilter : std::uint8_t { active, archived, activating, any };
inline constexpr std::pair<std::string_view, StatusFilter> kStatusFilterNames[] = {
    {"ACTIVE", StatusFilter::active},
    {"ARCHIVED", StatusFilter::archived},
    {"ACTIVATING", StatusFilter::activating},
    {"ANY", StatusFilter::any}};
constexpr const auto& enum_names(StatusFilter) { return kStatusFilterNames; }
// What to look for, none: any. Who does not say sees active images only.
constexpr std::optional<ImageStatus> wanted_status(const std::optional<StatusFilter>& filter) {
  switch (filter.value_or(StatusFilter::active)) {
    case StatusFilter::active: return ImageStatus::active;
    case StatusFilter::archived: return ImageStatus::archived;
    case StatusFilter::activating: return ImageStatus::activating;
    case StatusFilter::any: return std::nullopt;
  }
  std::unreachable();
}

}  // namespace berth::api::ecr
