// May this caller do that? The first line of every service method asks here, so that no door can forget to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/action.h"
#include "auth/caller.h"
#include "auth/origin.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/lasting.h"
#include "model/repository.h"
#include "policy/context.h"

namespace berth::auth {

// What an action is done to. A value.
struct Resource {
  model::AccountId owner;
  std::string arn;
  // A registry's or repository's: where its policy and tags are found, and aws:RequestedRegion.
  std::optional<model::RegistryRef> in_registry{};
  std::optional<model::RepositoryName> in_repository{};
  // A role's trust policy. Of a repository: the policy that it may get, in place of the one that it has.
  std::shared_ptr<const policy::Document> policy{};

  static Resource registry(const model::RegistryRef& registry);          // "*"
  static Resource all_repositories(const model::RegistryRef& registry);  // arn:aws:ecr:R:A:repository/*
  static Resource repository(const model::RepositoryRef& repository);    // whether it exists or not
  static Resource of_account(model::AccountId owner, std::string arn);   // of IAM, STS and Organizations
};

// One question. Lives as long as the call of require().
struct Question {
  const Caller& caller;
  const Origin& origin;
  std::string_view action;  // "ecr:PutImage", "iam:CreateUser"
  const Resource& resource;
  policy::Context context{};  // what only this request shows: aws:RequestTag/*, aws:TagKeys, ecr:ImageTag, ...
  base::Deadline deadline{};  // of the call that asks
  // Is told if the answer depends on more than who asks for what, and metadata. nullptr: nobody wants to know.
  base::Lasting* lasting = nullptr;
};

// Called from any thread, but never inside a transaction: it may read metadata itself.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // `access_denied` with the text that AWS answers. Says nothing about whether the resource exists.
  virtual base::Result<void> require(const Question& question) const = 0;
  // `access_denied`: the caller's user, role or access key is gone, inactive, or of a closed account, whatever its
  // token says. require() denies such a caller too.
  virtual base::Result<void> require_alive(const Caller& caller) const = 0;
};

// For the test that every operation of every door asks before it does anything.
class DenyAll final : public Authorizer {
 public:
  base::Result<void> require(const Question& question) const override;
  base::Result<void> require_alive(const Caller&) const override { return {}; }
};

}  // namespace berth::auth
