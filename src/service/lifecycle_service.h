// Lifecycle policies of repositories and their previews, as clients see them. lifecycle_runs.h carries them out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/lifecycle/policy.h"
#include "meta/lifecycle_policies.h"
#include "meta/lifecycle_previews.h"
#include "model/image.h"
#include "model/repository.h"
#include "service/core.h"
#include "service/lifecycle_record.h"

namespace berth::service {

using meta::LifecyclePolicyRow;
using meta::PreviewEntry;
using meta::PreviewRow;
using meta::PreviewStatus;

// ECR's limits on the text, in characters: the caller checks them.
inline constexpr std::int64_t kMinLifecycleText = engine::lifecycle::kMinText;
inline constexpr std::int64_t kMaxLifecycleText = engine::lifecycle::kMaxText;

struct PreviewPage {
  meta::TagStatus status = meta::TagStatus::any;
  std::int64_t position = 0;        // the first entry wanted
  std::size_t limit = 100;          // one more is answered, if there is one
  std::vector<model::ImageId> ids;  // these alone, instead of a page
};

struct Preview {
  meta::PreviewRow preview;
  std::vector<meta::PreviewEntry> entries;  // of a complete one, in the order of the plan
};

// Stateless; safe from any thread; `core` outlives it. Every method: access_denied, repository_not_found,
// deadline_exceeded, unavailable.
class LifecycleService {
 public:
  explicit LifecycleService(const Core& core) : core_(core) {}

  // invalid_parameter. Evaluated soon, and then again and again.
  base::Result<void> put(const Scope& scope, const model::RepositoryRef& ref, const std::string& text);
  // lifecycle_policy_not_found.
  base::Result<meta::LifecyclePolicyRow> get(const Scope& scope, const model::RepositoryRef& ref);
  base::Result<meta::LifecyclePolicyRow> remove(const Scope& scope, const model::RepositoryRef& ref);

  // Of `text`, or without one of the repository's own policy (lifecycle_policy_not_found). Made in the background:
  // answers one in progress. invalid_parameter, lifecycle_preview_in_progress.
  base::Result<meta::PreviewRow> start_preview(const Scope& scope, const model::RepositoryRef& ref,
                                               std::optional<std::string> text);
  // lifecycle_preview_not_found.
  base::Result<Preview> preview(const Scope& scope, const model::RepositoryRef& ref, const PreviewPage& page);

  // Extensions; `berth lifecycle default` and `berth lifecycle runs`.
  // The policy of all repositories of a registry that have none of their own, of those to come too. invalid_parameter.
  base::Result<void> put_default(const Scope& scope, const model::RegistryRef& registry, const std::string& text);
  // lifecycle_policy_not_found.
  base::Result<std::string> default_policy(const Scope& scope, const model::RegistryRef& registry);
  base::Result<void> remove_default(const Scope& scope, const model::RegistryRef& registry);
  // The last evaluations, the newest first.
  base::Result<std::vector<LifecycleRecord>> records(const Scope& scope, const model::RepositoryRef& ref);

 private:
  static std::unexpected<base::Error> no_default(const model::RegistryRef& registry);

  const Core& core_;
};

}  // namespace berth::service
