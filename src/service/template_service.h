// Repository creation templates of a registry, as clients see them. repository_creation.h makes repositories by them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/creation_template.h"
#include "service/core.h"

namespace berth::service {

// ECR documents none.
inline constexpr std::int64_t kMaxTemplates = 1'000;  // of one registry

struct Encryption {
  std::string type;
  std::optional<std::string> kms_key;
};

// What a call sets. What is absent stays as it is, or is ECR's default in a new template; an empty text or list clears.
struct TemplateSettings {
  std::optional<std::vector<model::AppliedFor>> applied_for;
  std::optional<std::string> description;
  std::optional<model::TagMutabilityMode> mode;  // one without exclusion drops the filters
  std::optional<std::vector<std::string>> filters;
  std::optional<Encryption> encryption;
  std::optional<std::vector<model::ResourceTag>> tags;
  std::optional<std::string> repository_policy;
  std::optional<std::string> lifecycle_policy;
  std::optional<std::string> custom_role;
};

// Stateless; safe from any thread; `core` outlives it. Every method: access_denied, deadline_exceeded, unavailable.
// What it answers has the repository policy as clients read it.
//
// create() and update() make, later, what the caller might not make himself. So they also ask for ecr:CreateRepository,
// for ecr:SetRepositoryPolicy and ecr:PutLifecyclePolicy if such a policy is set, each on the repositories of the
// prefix, and for iam:PassRole on the role ("IAM permissions for creating repository creation templates").
class TemplateService {
 public:
  explicit TemplateService(const Core& core) : core_(core) {}

  // template_exists (with and without the last '/' is the same), limit_exceeded. Both: invalid_parameter,
  // invalid_tag_parameter, too_many_tags.
  base::Result<model::CreationTemplate> create(const Scope& scope, const model::RegistryRef& registry,
                                               const model::TemplatePrefix& prefix, const TemplateSettings& settings);
  // template_not_found. For repositories made from now on.
  base::Result<model::CreationTemplate> update(const Scope& scope, const model::RegistryRef& registry,
                                               const model::TemplatePrefix& prefix, const TemplateSettings& settings);
  // template_not_found; answers what it was.
  base::Result<model::CreationTemplate> remove(const Scope& scope, const model::RegistryRef& registry,
                                               const model::TemplatePrefix& prefix);
  // Those of these prefixes that there are.
  base::Result<std::vector<model::CreationTemplate>> find(const Scope& scope, const model::RegistryRef& registry,
                                                          const std::vector<model::TemplatePrefix>& prefixes);
  // Ascending by prefix, after `after` (a key). One more than `limit` tells that there is another page.
  base::Result<std::vector<model::CreationTemplate>> list(const Scope& scope, const model::RegistryRef& registry,
                                                          const std::string& after, std::size_t limit);

 private:
  base::Result<void> require_makings(const Scope& scope, const model::RegistryRef& registry,
                                     const model::TemplatePrefix& prefix, const TemplateSettings& settings) const;

  const Core& core_;
};

}  // namespace berth::service
