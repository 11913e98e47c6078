// Repositories: their life, their settings, their resource tags.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/catalog_data.h"
#include "model/repository.h"
#include "model/resource_tag.h"
#include "service/core.h"

namespace berth::service {

struct CreateRepository {
  model::RepositoryRef repository;
  model::TagMutability mutability;
  bool scan_on_push = false;
  std::string encryption_type = "AES256";
  std::optional<std::string> kms_key;
  std::vector<model::ResourceTag> tags;
  std::optional<model::CatalogData> catalog{};  // of a public repository
};

struct RepositoryPage {
  std::string after;  // names after this one
  std::size_t limit = 100;
};

enum class Force : bool { no, yes };

// Stateless; safe from any thread; `core` outlives it. Every method: access_denied, deadline_exceeded, unavailable.
class RepositoryService {
 public:
  explicit RepositoryService(const Core& core) : core_(core) {}

  // CreateRepository. repository_exists, invalid_tag_parameter, too_many_tags. Tags and
  // catalogue data are set with it or not at all.
  base::Result<model::Repository> create(const Scope& scope, const CreateRepository& command);
  // DescribeRepositories with names: one unknown name is repository_not_found for the whole call.
  base::Result<std::vector<model::Repository>> describe(const Scope& scope, const model::RegistryRef& registry,
                                                        const std::vector<model::RepositoryName>& names);
  // DescribeRepositories without names, and the OCI catalog: ascending by name. One more than `limit` tells that there
  // is another page.
  base::Result<std::vector<model::Repository>> list(const Scope& scope, const model::RegistryRef& registry,
                                                    const RepositoryPage& page);
  // DeleteRepository: what it was. repository_not_found, repository_not_empty.
  base::Result<model::Repository> remove(const Scope& scope, const model::RepositoryRef& ref, Force force);
  // PutImageTagMutability: effective for the next push through either door.
  base::Result<model::Repository> put_tag_mutability(const Scope& scope, const model::RepositoryRef& ref,
                                                     const model::TagMutability& mutability);
  // PutImageScanningConfiguration: what is stored and shown; nothing scans yet.
  base::Result<model::Repository> put_scan_on_push(const Scope& scope, const model::RepositoryRef& ref,
                                                   bool scan_on_push);

  base::Result<void> tag(const Scope& scope, const model::RepositoryRef& ref,
                         const std::vector<model::ResourceTag>& tags);  // TagResource
  base::Result<void> untag(const Scope& scope, const model::RepositoryRef& ref,
                           const std::vector<std::string>& keys);  // UntagResource; unknown keys are ignored
  base::Result<std::vector<model::ResourceTag>> tags(const Scope& scope, const model::RepositoryRef& ref);

  // What the answer to a login needs.
  base::Result<void> require_alive(const auth::Caller& caller) const { return core_.authorizer.require_alive(caller); }
  // What DescribeRegistry and GetAuthorizationToken need: nothing but the right to ask.
  base::Result<void> require(const Scope& scope, auth::Action action, const model::RegistryRef& registry) const {
    return core_.require(scope, action, registry);
  }

 private:
  const Core& core_;
};

}  // namespace berth::service
