// CreateRepositoryCreationTemplate, DescribeRepositoryCreationTemplates, UpdateRepositoryCreationTemplate,
// DeleteRepositoryCreationTemplate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ecr/call.h"
#include "api/ecr/ops/policies.h"
#include "api/ecr/paging.h"
#include "api/ecr/shapes.h"
#include "model/creation_template.h"
#include "model/resource_tag.h"
#include "service/lifecycle_service.h"

namespace berth::api::ecr {

inline constexpr std::string_view kTemplateKeyRegex =
    R"(^$|arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+)";
bool matches_template_key(std::string_view text);

inline constexpr auto kPrefixLength = json::length(1, model::TemplatePrefix::kMaxLength);
inline constexpr auto kPrefixRule = json::pattern(model::TemplatePrefix::kRegex, &model::TemplatePrefix::matches);

struct EncryptionConfigurationForRepositoryCreationTemplate {
  EncryptionType encryption_type = EncryptionType::aes256;
  std::optional<std::string> kms_key;

  template <class F>
  void fields(F& f) {
    f.req("encryptionType", encryption_type);
    f.opt("kmsKey", kms_key, json::length(0, 2048), json::pattern(kTemplateKeyRegex, &matches_template_key));
  }
};

// What both requests and the answer say of a template.
struct TemplateMembers {
  std::optional<std::string> description;
  std::optional<EncryptionConfigurationForRepositoryCreationTemplate> encryption;
  std::optional<std::vector<model::ResourceTag>> resource_tags;
  std::optional<model::TagMutabilityMode> image_tag_mutability;
  ExclusionFilters exclusion_filters;
  std::optional<std::string> repository_policy, lifecycle_policy, custom_role_arn;

  template <class F>
  void template_fields(F& f) {
    f.opt("description", description, json::length(0, 256));
    f.opt("encryptionConfiguration", encryption);
    f.opt("resourceTags", resource_tags);
    f.opt("imageTagMutability", image_tag_mutability);
    f.opt("imageTagMutabilityExclusionFilters", exclusion_filters, kExclusionFilterCount);
    f.opt("repositoryPolicy", repository_policy, kPolicyTextLength);
    f.opt("lifecyclePolicy", lifecycle_policy, json::length(0, service::kMaxLifecycleText));
    f.opt("customRoleArn", custom_role_arn, json::length(0, 2048));
  }
};

struct CreateRepositoryCreationTemplateRequest : TemplateMembers {
  std::string prefix;
  std::vector<model::AppliedFor> applied_for;

  template <class F>
  void fields(F& f) {
    f.req("prefix", prefix, kPrefixLength, kPrefixRule);
    f.req("appliedFor", applied_for);
    template_fields(f);
  }
};

struct UpdateRepositoryCreationTemplateRequest : TemplateMembers {
  std::string prefix;
  std::optional<std::vector<model::AppliedFor>> applied_for;

  template <class F>
  void fields(F& f) {
    f.req("prefix", prefix, kPrefixLength, kPrefixRule);
    f.opt("appliedFor", applied_for);
    template_fields(f);
  }
};

struct DeleteRepositoryCreationTemplateRequest {
  std::string prefix;

  template <class F>
  void fields(F& f) {
    f.req("prefix", prefix, kPrefixLength, kPrefixRule);
  }
};

struct DescribeRepositoryCreationTemplatesRequest : Paged {
  std::optional<std::vector<std::string>> prefixes;

  template <class F>
  void fields(F& f) {
    f.opt("prefixes", prefixes, kPrefixLength, kPrefixRule);
    page_fields(f);
  }
};

struct RepositoryCreationTemplateShape : TemplateMembers {
  std::string prefix;
  std::vector<model::AppliedFor> applied_for;
  base::Timestamp created_at, updated_at;

  template <class F>
  void fields(F& f) {
    f.opt("prefix", prefix, kPrefixLength, kPrefixRule);
    f.opt("appliedFor", applied_for);
    template_fields(f);
    f.opt("createdAt", created_at);
    f.opt("updatedAt", updated_at);
  }
};

struct RepositoryCreationTemplateResponse {
  std::string registry_id;
  RepositoryCreationTemplateShape made;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryCreationTemplate", made);
  }
};

struct DescribeRepositoryCreationTemplatesResponse {
  std::string registry_id;
  std::vector<RepositoryCreationTemplateShape> templates;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("registryId", registry_id);
    f.opt("repositoryCreationTemplates", templates);
    f.opt("nextToken", next_token);
  }
};

base::Result<RepositoryCreationTemplateResponse> create_repository_creation_template(
    const Call& call, CreateRepositoryCreationTemplateRequest request);
base::Result<RepositoryCreationTemplateResponse> update_repository_creation_template(
    const Call& call, UpdateRepositoryCreationTemplateRequest request);
base::Result<RepositoryCreationTemplateResponse> delete_repository_creation_template(
    const Call& call, DeleteRepositoryCreationTemplateRequest request);
base::Result<DescribeRepositoryCreationTemplatesResponse> describe_repository_creation_templates(
    const Call& call, DescribeRepositoryCreationTemplatesRequest request);

}  // namespace berth::api::ecr
