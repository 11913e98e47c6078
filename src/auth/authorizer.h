// May this caller do that? The first line of every service method asks here, so that no door can forget to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/action.h"
#include "auth/caller.h"
#include "auth/origin.h"
#include "base/error.h"
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
  // A role's trust policy.
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
};

// Called from any thread, but never inside a transaction: it may read metadata itself.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // `access_denied` with the text that AWS answers. Says nothing about whether the resource exists.
  virtual base::Result<void> require(const Question& question) const = 0;
};

// An account's administrator may do all in its own account; nobody may do anything in another's.
class AccountAuthorizer final : public Authorizer {
 public:
  base::Result<void> require(const Question& question) const override;
};

// For the test that every operation of every door asks before it does anything.
class DenyAll final : public Authorizer {
 public:
  base::Result<void> require(const Question& question) const override;
};

}  // namespace berth::auth
