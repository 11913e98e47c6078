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
enum class DeletionProtection : bool { off, on };

struct RepositoryUsage {
  model::Repository repository;
  std::size_t images = 0;
};

// Repositories that are called `prefix`, or begin with it and a slash.
struct RemoveBelow {
  std::string prefix;
  Force force = Force::no;
  std::string after{};      // names after this one
  std::size_t limit = 100;  // how many to look at
};
struct RemovedBelow {
  struct Failure {
    model::RepositoryName repository;
    base::Error error;  // repository_not_empty, access_denied, invalid_parameter (it is protected)
  };
  std::vector<model::Repository> removed;
  std::vector<Failure> failures;
  std::optional<std::string> next;  // `after` of the next call; none: that was all
};

// Stateless; safe from any thread; `core` outlives it. Every method: access_denied, deadline_exceeded, unavailable.
class RepositoryService {
 public:
  explicit RepositoryService(const Core& core) : core_(core) {}

  // CreateRepository. repository_exists, invalid_tag_parameter, too_many_tags, limit_exceeded. Tags and catalogue data
  // are set with it or not at all.
  base::Result<model::Repository> create(const Scope& scope, const CreateRepository& command);
  // DescribeRepositories with names: one unknown name is repository_not_found for the whole call.
  base::Result<std::vector<model::Repository>> describe(const Scope& scope, const model::RegistryRef& registry,
                                                        const std::vector<model::RepositoryName>& names);
  // DescribeRepositories without names, and the OCI catalog: ascending by name. One more than `limit` tells that there
  // is another page.
  base::Result<std::vector<model::Repository>> list(const Scope& scope, const model::RegistryRef& registry,
                                                    const RepositoryPage& page);
  // DeleteRepository: what it was. repository_not_found, repository_not_empty, invalid_parameter (it is protected). It
  // is gone when this returns, however large; RepositoryRemovals tidies up behind it.
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

  // --- extensions, repository_life.cc ---
  // Everything stays with it: images, uploads, policies, tags. It takes the right to delete it and the right to create
  // `name` with its tags. repository_not_found, repository_exists.
  base::Result<model::Repository> rename(const Scope& scope, const model::RepositoryRef& ref,
                                         const model::RepositoryName& name);
  // Its deletion is refused as long as it is on. repository_not_found.
  base::Result<model::Repository> set_deletion_protection(const Scope& scope, const model::RepositoryRef& ref,
                                                          DeletionProtection protection);
  // list(), of those at and below `prefix`, which may be empty, with the number of their images.
  base::Result<std::vector<RepositoryUsage>> usage(const Scope& scope, const model::RegistryRef& registry,
                                                   const std::string& prefix, const RepositoryPage& page);
  // DeleteRepository of each. invalid_parameter, and nothing was deleted, if one of them is protected.
  base::Result<RemovedBelow> remove_below(const Scope& scope, const model::RegistryRef& registry,
                                          const RemoveBelow& command);

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
