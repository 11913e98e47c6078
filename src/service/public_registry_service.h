// Public registries (ECR Public): their names, what the gallery shows of them, tags as it lists them. Their
// repositories, images and layers are those of the other services, in RegistryRef::public_of().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meta/public_registries.h"
#include "model/catalog_data.h"
#include "model/registry_alias.h"
#include "model/repository.h"
#include "service/core.h"

namespace berth::service {

using Catalog = meta::PublicRegistries::Catalog;

// Stateless; safe from any thread; `core` outlives it. Methods that ask for permission: access_denied. All:
// deadline_exceeded, unavailable.
//
// A registry's default alias is made the first time that anything asks for it; it stays the same from then on, on every
// node, and no other registry ever has it.
class PublicRegistryService {
 public:
  explicit PublicRegistryService(const Core& core) : core_(core) {}

  // --- names, which are known to everybody ---
  // Whose registry that is, by an alias or an account's id. registry_not_found: nobody's, or of an account that is
  // closed.
  base::Result<model::AccountId> account_of(const base::Deadline& deadline, std::string_view id_or_alias);
  // What stands in the registry's URIs.
  base::Result<model::AliasName> primary_alias(const base::Deadline& deadline, const model::AccountId& account);
  // The bytes of a repository's logo, a PNG. nullopt: it has none, or does not exist.
  base::Result<std::optional<std::string>> logo(const base::Deadline& deadline, const model::RepositoryRef& ref);

  // --- registries ---
  // GetAuthorizationToken: that, and sts:GetServiceBearerToken.
  base::Result<void> require_token(const Scope& scope, std::chrono::seconds lifetime);
  // DescribeRegistries: of the caller's own; never empty, ascending by name.
  base::Result<std::vector<model::RegistryAlias>> aliases(const Scope& scope);
  // The operator's: aliases are given by AWS on request, so no operation of the API can. A new one becomes primary, and
  // so does one that the registry has. invalid_parameter: another registry has it.
  base::Result<void> put_alias(const Scope& scope, const model::AliasName& alias);
  // The default alias becomes primary in its place. invalid_parameter: not an alias of the registry, or the default
  // one.
  base::Result<void> remove_alias(const Scope& scope, const model::AliasName& alias);
  base::Result<std::optional<std::string>> display_name(const Scope& scope);  // GetRegistryCatalogData
  base::Result<void> put_display_name(const Scope& scope, const std::optional<std::string>& name);

  // --- repositories: repository_not_found ---
  // GetRepositoryCatalogData: empty if none was ever put, as ECR Public answers it.
  base::Result<Catalog> catalog(const Scope& scope, const model::RepositoryRef& ref);
  // PutRepositoryCatalogData: in place of all that was there.
  base::Result<void> put_catalog(const Scope& scope, const model::RepositoryRef& ref, const model::CatalogData& data);
  // DescribeImageTags: ascending, tags after `after`.
  base::Result<std::vector<meta::ImageTag>> tags(const Scope& scope, const model::RepositoryRef& ref,
                                                 const std::string& after, std::size_t limit);

 private:
  base::Result<std::vector<model::RegistryAlias>> aliases_of(const base::Deadline& deadline,
                                                             const model::AccountId& account);
  base::Result<void> require(const Scope& scope, std::string_view operation);
  const Core& core_;
};

}  // namespace berth::service
