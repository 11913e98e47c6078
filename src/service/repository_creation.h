// The one way in which repositories are made: by CreateRepository, or on somebody's behalf, by a creation template.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "model/creation_template.h"
#include "model/repository.h"
#include "model/resource_tag.h"
#include "service/core.h"

namespace berth::service {

// A repository that is about to be, with all that it begins with.
struct NewRepository {
  model::Repository repository;
  std::vector<model::ResourceTag> tags{};
  std::optional<std::string> policy{};            // as it is stored: users and roles by their ids
  std::optional<std::string> lifecycle_policy{};  // valid
};

// Puts `tags` on a repository, or says why not (too_many_tags). The count is of what is there afterwards.
base::Result<void> put_resource_tags(meta::Tx& tx, const std::string& repository,
                                     const std::vector<model::ResourceTag>& tags);

// Makes it with everything, or not at all. false: the name is taken. too_many_tags.
base::Result<bool> make_repository(meta::Tx& tx, const Core& core, const NewRepository& wanted);

// What a missing repository is made with on this occasion. By the template with the longest prefix among those applied
// for the occasion; without one, replication and pull-through cache take ECR's defaults, and a push makes nothing
// (nullopt), unless the limits say create_on_push. In a public registry nothing makes one: nullopt.
//
// Who pushes needs no ecr:CreateRepository if there is a template: whoever wrote it has it, and ECR acts by its own
// role. If the template names a custom role, ECR acts as that; it must trust ECR, and may create and tag the
// repository, or nothing is made (access_denied). Tags and KMS need such a role. Without a template, by
// create_on_push, the caller needs ecr:CreateRepository. Asks, so never inside a transaction.
base::Result<std::optional<NewRepository>> creation_for(const Core& core, const Scope& scope,
                                                        const model::RepositoryRef& ref, model::AppliedFor occasion);

// The row; if there is none, the one that `creation` makes, or repository_not_found without one. Of several callers at
// once one makes it, and all get the same.
base::Result<model::Repository> find_or_make(meta::Tx& tx, const Core& core, const model::RepositoryRef& ref,
                                             const NewRepository* creation);

// `work(nullptr)`. If that fails because the repository is not there, and a push may make it, `work(&creation)`, which
// makes it in the transaction of its own change: if that fails, nothing was made.
template <class Work>
std::invoke_result_t<Work&, const NewRepository*> push_to(const Core& core, const Scope& scope,
                                                          const model::RepositoryRef& ref, Work work) {
  auto result = work(static_cast<const NewRepository*>(nullptr));
  if (result || result.error().code != base::Errc::repository_not_found) return result;
  BERTH_TRY(const auto creation, creation_for(core, scope, ref, model::AppliedFor::create_on_push));
  if (!creation) return result;
  return work(&*creation);
}

}  // namespace berth::service
