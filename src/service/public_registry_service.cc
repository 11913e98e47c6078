#include "service/public_registry_service.h"

#include <algorithm>

#include "model/arn.h"

namespace berth::service {
namespace {

constexpr std::string_view kActionPrefix = "ecr-public:";

// a1b2c3d4, as ECR Public makes them.
model::AliasName random_alias(crypto::Random& random) {
  const auto letters = crypto::random_text(random, 4, "abcdefghijklmnopqrstuvwxyz");
  const auto digits = crypto::random_text(random, 4, "0123456789");
  std::string text;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    text.push_back(letters[i]);
    text.push_back(digits[i]);
  }
  return model::AliasName::parse(text).value();
}

std::unexpected<base::Error> no_registry(std::string_view id_or_alias) {
  return base::fail(base::Errc::registry_not_found,
                    "The registry with id '" + std::string(id_or_alias) + "' does not exist");
}

auth::Resource registry_resource(const model::AccountId& account) {
  auto resource = auth::Resource::registry(model::RegistryRef::public_of(account));
  resource.arn = model::ecr_arn(model::Region::of_public_registries(), account, "registry/" + account.text());
  return resource;
}

base::Result<void> require_of(const Core& core, const Scope& scope, std::string_view operation,
                              const auth::Resource& resource) {
  return core.require(scope, std::string(kActionPrefix) + std::string(operation), resource);
}

}  // namespace

base::Result<void> PublicRegistryService::require(const Scope& scope, std::string_view operation) {
  return require_of(core_, scope, operation, registry_resource(scope.caller.account));
}

base::Result<model::AccountId> PublicRegistryService::account_of(const base::Deadline& deadline,
                                                                 std::string_view id_or_alias) {
  return core_.store.read(deadline, [&](meta::Tx& tx) -> base::Result<model::AccountId> {
    const auto id = model::AccountId::parse(id_or_alias);
    std::optional<model::AccountId> account;
    if (id) account = *id;
    if (!id && model::AliasName::matches(id_or_alias)) {
      BERTH_TRY(account, tx.public_registries().account_of(std::string(id_or_alias)));
    }
    if (!account) return no_registry(id_or_alias);
    BERTH_TRY(const auto known, tx.accounts().find(*account));
    if (known && known->status != model::AccountStatus::active) return no_registry(id_or_alias);
    return *std::move(account);
  });
}

base::Result<std::vector<model::RegistryAlias>> PublicRegistryService::aliases_of(const base::Deadline& deadline,
                                                                                  const model::AccountId& account) {
  const auto known = [&](meta::Tx& tx) { return tx.public_registries().aliases(account); };
  BERTH_TRY(auto found, core_.store.read(deadline, known));
  while (found.empty()) {
    const model::RegistryAlias made{.name = random_alias(core_.random), .is_default = true, .primary = true};
    BERTH_TRY(found, core_.store.write(deadline, [&](meta::Tx& tx) -> base::Result<std::vector<model::RegistryAlias>> {
      BERTH_TRY(auto now, known(tx));
      if (!now.empty()) return now;  // another call was first
      BERTH_TRY(const bool added, tx.public_registries().add_alias(account, made));
      if (added) now.push_back(made);
      return now;  // empty: another registry has it, which happens once in billions
    }));
  }
  return found;
}

base::Result<model::AliasName> PublicRegistryService::primary_alias(const base::Deadline& deadline,
                                                                    const model::AccountId& account) {
  BERTH_TRY(const auto aliases, aliases_of(deadline, account));
  return model::primary_of(aliases).name;
}

base::Result<std::optional<std::string>> PublicRegistryService::logo(const base::Deadline& deadline,
                                                                     const model::RepositoryRef& ref) {
  return core_.store.read(deadline, [&](meta::Tx& tx) -> base::Result<std::optional<std::string>> {
    BERTH_TRY(const auto repository, tx.repositories().find(ref));
    if (!repository) return std::nullopt;
    return tx.public_registries().logo(repository->id);
  });
}

base::Result<void> PublicRegistryService::require_token(const Scope& scope, std::chrono::seconds lifetime) {
  const auto resource = auth::Resource::registry(model::RegistryRef::public_of(scope.caller.account));
  BERTH_CHECK(core_.require(scope, auth::Action::get_authorization_token, resource));
  return core_.require(
      scope, "sts:GetServiceBearerToken", resource,
      {{"sts:AWSServiceName", "ecr-public.amazonaws.com"}, {"sts:DurationSeconds", std::to_string(lifetime.count())}});
}

base::Result<std::vector<model::RegistryAlias>> PublicRegistryService::aliases(const Scope& scope) {
  BERTH_CHECK(require(scope, "DescribeRegistries"));
  return aliases_of(scope.deadline, scope.caller.account);
}

base::Result<void> PublicRegistryService::put_alias(const Scope& scope, const model::AliasName& alias) {
  BERTH_CHECK(require(scope, "PutRegistryCatalogData"));
  const auto& account = scope.caller.account;
  BERTH_CHECK(aliases_of(scope.deadline, account));  // the default one comes first
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto holder, tx.public_registries().account_of(alias.text()));
    if (holder && *holder != account) {
      return base::fail_parameter("alias", "the alias '" + alias.text() + "' belongs to another registry");
    }
    if (!holder) BERTH_CHECK(tx.public_registries().add_alias(account, {.name = alias}));
    return tx.public_registries().set_primary(account, alias);
  });
}

base::Result<void> PublicRegistryService::remove_alias(const Scope& scope, const model::AliasName& alias) {
  BERTH_CHECK(require(scope, "PutRegistryCatalogData"));
  const auto& account = scope.caller.account;
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto all, tx.public_registries().aliases(account));
    const auto found = std::ranges::find(all, alias, &model::RegistryAlias::name);
    if (found == all.end()) {
      return base::fail_parameter("alias", "the alias '" + alias.text() + "' does not belong to the registry");
    }
    if (found->is_default) return base::fail_parameter("alias", "a registry keeps its default alias");
    BERTH_CHECK(tx.public_registries().remove_alias(account, alias));
    const auto standard = std::ranges::find(all, true, &model::RegistryAlias::is_default);
    if (!found->primary || standard == all.end()) return {};
    return tx.public_registries().set_primary(account, standard->name);
  });
}

base::Result<std::optional<std::string>> PublicRegistryService::display_name(const Scope& scope) {
  BERTH_CHECK(require(scope, "GetRegistryCatalogData"));
  return core_.store.read(scope.deadline,
                          [&](meta::Tx& tx) { return tx.public_registries().display_name(scope.caller.account); });
}

base::Result<void> PublicRegistryService::put_display_name(const Scope& scope, const std::optional<std::string>& name) {
  BERTH_CHECK(require(scope, "PutRegistryCatalogData"));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) {
    return tx.public_registries().put_display_name(scope.caller.account, name);
  });
}

base::Result<Catalog> PublicRegistryService::catalog(const Scope& scope, const model::RepositoryRef& ref) {
  BERTH_CHECK(require_of(core_, scope, "GetRepositoryCatalogData", auth::Resource::repository(ref)));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Catalog> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(auto found, tx.public_registries().catalog(repository.id));
    return std::move(found).value_or(Catalog());
  });
}

base::Result<void> PublicRegistryService::put_catalog(const Scope& scope, const model::RepositoryRef& ref,
                                                      const model::CatalogData& data) {
  BERTH_CHECK(require_of(core_, scope, "PutRepositoryCatalogData", auth::Resource::repository(ref)));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.public_registries().put_catalog(repository.id, data);
  });
}

base::Result<std::vector<meta::ImageTag>> PublicRegistryService::tags(const Scope& scope,
                                                                      const model::RepositoryRef& ref,
                                                                      const std::string& after, std::size_t limit) {
  BERTH_CHECK(require_of(core_, scope, "DescribeImageTags", auth::Resource::repository(ref)));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<meta::ImageTag>> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    return tx.public_registries().tags(repository.id, after, limit);
  });
}

}  // namespace berth::service
