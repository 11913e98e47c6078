// ECR Public: aliases and display names of registries, catalogue data of repositories, tags as the gallery lists them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/account_id.h"
#include "model/catalog_data.h"
#include "model/image.h"
#include "model/registry_alias.h"
#include "sql/database.h"

namespace berth::meta {

// A tag with the image that it points to.
struct ImageTag {
  std::string name;
  base::Timestamp set;
  model::Image image;  // without tags
};

class PublicRegistries {
 public:
  explicit PublicRegistries(sql::Tx& tx) : tx_(tx) {}

  base::Result<std::vector<model::RegistryAlias>> aliases(const model::AccountId& account);  // ascending by name
  base::Result<std::optional<model::AccountId>> account_of(const std::string& alias);
  // false: the name is taken, whoever has it.
  base::Result<bool> add_alias(const model::AccountId& account, const model::RegistryAlias& alias);
  base::Result<void> set_primary(const model::AccountId& account, const model::AliasName& alias);
  base::Result<bool> remove_alias(const model::AccountId& account, const model::AliasName& alias);

  base::Result<std::optional<std::string>> display_name(const model::AccountId& account);
  base::Result<void> put_display_name(const model::AccountId& account, const std::optional<std::string>& name);

  // Of a repository, by its id. It goes with its repository. Without the logo's bytes: has_logo says whether there are.
  struct Catalog {
    model::CatalogData data;
    bool has_logo = false;
  };
  base::Result<std::optional<Catalog>> catalog(const std::string& repository);
  base::Result<std::optional<std::string>> logo(const std::string& repository);
  base::Result<void> put_catalog(const std::string& repository, const model::CatalogData& data);

  // Ascending by name, names after `after`.
  base::Result<std::vector<ImageTag>> tags(const std::string& repository, const std::string& after, std::size_t limit);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
