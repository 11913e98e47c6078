#include "service/template_service.h"

#include <algorithm>
#include <utility>

#include "model/tag_mutability.h"
#include "service/lifecycle_plan.h"
#include "service/policy_documents.h"
#include "service/service_role.h"

namespace berth::service {
namespace {

using model::CreationTemplate;

std::string about(std::string_view what, const model::RegistryRef& registry, const model::TemplatePrefix& prefix) {
  std::string text = "The repository creation template with prefix '";
  text.append(prefix.text()).append("' ").append(what).append(" in the registry with id '");
  return text.append(registry.account.text()).append("'");
}

base::Result<CreationTemplate> find_template(meta::Tx& tx, const model::RegistryRef& registry,
                                             const model::TemplatePrefix& prefix) {
  BERTH_TRY(auto found, tx.creation_templates().find(registry, prefix.key()));
  if (found) return *std::move(found);
  return base::fail(base::Errc::template_not_found, about("does not exist", registry, prefix));
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// arn:<partition>:ecr:<region>:<account>:repository/<prefix>/*
auth::Resource repositories_of(const model::RegistryRef& registry, const model::TemplatePrefix& prefix) {
  auto resource = auth::Resource::all_repositories(registry);
  if (prefix.text() != model::TemplatePrefix::kRoot) {
    resource.arn.pop_back();
    resource.arn.append(prefix.key()).append("/*");
  }
  return resource;
}

// Checks what can be told without the template, and brings it into the form in which it is stored.
base::Result<TemplateSettings> checked(const Core& core, const Scope& scope, TemplateSettings settings) {
  if (settings.applied_for) {
    auto& occasions = *settings.applied_for;
    if (occasions.empty()) {
      return base::fail_parameter("appliedFor", "Member must have length greater than or equal to 1");
    }
    std::ranges::sort(occasions);
    occasions.erase(std::ranges::unique(occasions).begin(), occasions.end());
  }
  if (settings.tags) {
    BERTH_CHECK(model::check_resource_tags(*settings.tags));
    std::ranges::sort(*settings.tags);
  }
  if (settings.lifecycle_policy && !settings.lifecycle_policy->empty()) {
    BERTH_CHECK(engine::lifecycle::parse_policy(*settings.lifecycle_policy));
  }
  if (settings.repository_policy && !settings.repository_policy->empty()) {
    BERTH_TRY(const auto given, parse_policy(*settings.repository_policy, policy::Kind::repository));
    BERTH_TRY(const auto stored, store_policy(core, scope, *given));
    settings.repository_policy = stored->print();
  }
  return settings;
}

base::Result<void> set_mutability(CreationTemplate& to, const TemplateSettings& settings) {
  if (!settings.mode && !settings.filters) return {};
  const auto mode = settings.mode.value_or(to.mutability.mode());
  const auto kept = model::takes_filters(mode) ? to.mutability.filters() : std::vector<std::string>();
  BERTH_TRY(to.mutability, model::TagMutability::make(mode, settings.filters.value_or(kept)));
  return {};
}

base::Result<void> apply(CreationTemplate& to, const TemplateSettings& settings) {
  BERTH_CHECK(set_mutability(to, settings));
  if (settings.applied_for) to.applied_for = *settings.applied_for;
  if (settings.description) to.description = unless_empty(*settings.description);
  if (settings.encryption) {
    to.encryption_type = settings.encryption->type;
    to.kms_key = settings.encryption->kms_key;
  }
  if (settings.tags) to.tags = *settings.tags;
  if (settings.repository_policy) to.repository_policy = unless_empty(*settings.repository_policy);
  if (settings.lifecycle_policy) to.lifecycle_policy = unless_empty(*settings.lifecycle_policy);
  if (settings.custom_role) to.custom_role = unless_empty(*settings.custom_role);
  return {};
}

base::Result<CreationTemplate> shown(meta::Tx& tx, CreationTemplate stored) {
  if (stored.repository_policy) {
    BERTH_TRY(stored.repository_policy, show_policy(tx, *stored.repository_policy, policy::Kind::repository));
  }
  return stored;
}

base::Result<std::vector<CreationTemplate>> all_shown(meta::Tx& tx, std::vector<CreationTemplate> stored) {
  for (auto& each : stored) {
    BERTH_TRY(auto one, shown(tx, std::move(each)));
    each = std::move(one);
  }
  return stored;
}

}  // namespace

base::Result<void> TemplateService::require_makings(const Scope& scope, const model::RegistryRef& registry,
                                                    const model::TemplatePrefix& prefix,
                                                    const TemplateSettings& settings) const {
  const auto repositories = repositories_of(registry, prefix);
  const auto sets = [](const std::optional<std::string>& text) { return text && !text->empty(); };
  BERTH_CHECK(core_.require(scope, auth::name(auth::Action::create_repository), repositories));
  if (sets(settings.repository_policy)) {
    BERTH_CHECK(core_.require(scope, auth::name(auth::Action::set_repository_policy), repositories));
  }
  if (sets(settings.lifecycle_policy)) {
    BERTH_CHECK(core_.require(scope, auth::name(auth::Action::put_lifecycle_policy), repositories));
  }
  if (!sets(settings.custom_role)) return {};
  return require_pass_role(core_, scope, registry, "customRoleArn", *settings.custom_role);
}

base::Result<CreationTemplate> TemplateService::create(const Scope& scope, const model::RegistryRef& registry,
                                                       const model::TemplatePrefix& prefix,
                                                       const TemplateSettings& settings) {
  BERTH_CHECK(core_.require(scope, auth::Action::create_repository_creation_template, registry));
  BERTH_CHECK(require_makings(scope, registry, prefix, settings));
  BERTH_TRY(const auto set, checked(core_, scope, settings));
  const auto now = core_.clock.now();
  CreationTemplate made{.prefix = prefix, .applied_for = {}, .mutability = {}, .created = now, .updated = now};
  BERTH_CHECK(apply(made, set));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<CreationTemplate> {
    BERTH_TRY(const bool created, tx.creation_templates().create(registry, made));
    if (!created) return base::fail(base::Errc::template_exists, about("already exists", registry, prefix));
    BERTH_TRY(const auto count, tx.creation_templates().count(registry));
    if (count > kMaxTemplates) {
      return base::fail(base::Errc::limit_exceeded, "The registry with id '" + registry.account.text() +
                                                        "' may have at most " + std::to_string(kMaxTemplates) +
                                                        " repository creation templates");
    }
    return shown(tx, made);
  });
}

base::Result<CreationTemplate> TemplateService::update(const Scope& scope, const model::RegistryRef& registry,
                                                       const model::TemplatePrefix& prefix,
                                                       const TemplateSettings& settings) {
  BERTH_CHECK(core_.require(scope, auth::Action::update_repository_creation_template, registry));
  BERTH_CHECK(require_makings(scope, registry, prefix, settings));
  BERTH_TRY(const auto set, checked(core_, scope, settings));
  const auto now = core_.clock.now();
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<CreationTemplate> {
    BERTH_TRY(auto changed, find_template(tx, registry, prefix));
    BERTH_CHECK(apply(changed, set));
    changed.updated = now;
    BERTH_CHECK(tx.creation_templates().update(registry, changed));
    return shown(tx, std::move(changed));
  });
}

base::Result<CreationTemplate> TemplateService::remove(const Scope& scope, const model::RegistryRef& registry,
                                                       const model::TemplatePrefix& prefix) {
  BERTH_CHECK(core_.require(scope, auth::Action::delete_repository_creation_template, registry));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<CreationTemplate> {
    BERTH_TRY(auto found, find_template(tx, registry, prefix));
    BERTH_CHECK(tx.creation_templates().remove(registry, prefix.key()));
    return shown(tx, std::move(found));
  });
}

base::Result<std::vector<CreationTemplate>> TemplateService::find(const Scope& scope,
                                                                  const model::RegistryRef& registry,
                                                                  const std::vector<model::TemplatePrefix>& prefixes) {
  BERTH_CHECK(core_.require(scope, auth::Action::describe_repository_creation_templates, registry));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<CreationTemplate>> {
    std::vector<CreationTemplate> found;
    for (const auto& prefix : prefixes) {
      BERTH_TRY(auto one, tx.creation_templates().find(registry, prefix.key()));
      if (one) found.push_back(*std::move(one));
    }
    return all_shown(tx, std::move(found));
  });
}

base::Result<std::vector<CreationTemplate>> TemplateService::list(const Scope& scope,
                                                                  const model::RegistryRef& registry,
                                                                  const std::string& after, std::size_t limit) {
  BERTH_CHECK(core_.require(scope, auth::Action::describe_repository_creation_templates, registry));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<CreationTemplate>> {
    BERTH_TRY(auto found, tx.creation_templates().list(registry, after, limit + 1));
    return all_shown(tx, std::move(found));
  });
}

}  // namespace berth::service
