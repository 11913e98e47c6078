// May this caller do that? The first line of every service method asks here, so that no door can forget to.
#pragma once

#include <string>

#include "auth/action.h"
#include "auth/caller.h"
#include "base/error.h"
#include "model/repository.h"

namespace berth::auth {

// What an action is done to. A value.
struct Resource {
  model::AccountId owner;
  std::string arn;

  static Resource registry(const model::RegistryRef& registry);          // "*"
  static Resource all_repositories(const model::RegistryRef& registry);  // arn:aws:ecr:R:A:repository/*
  static Resource repository(const model::RepositoryRef& repository);    // whether it exists or not
};

// Called from any thread; may read metadata.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // `access_denied` with the text that AWS answers. Says nothing about whether the resource exists.
  virtual base::Result<void> require(const Caller& caller, Action action, const Resource& resource) const = 0;
};

// An account's administrator may do all in its own account; nobody may do anything in another's.
class AccountAuthorizer final : public Authorizer {
 public:
  base::Result<void> require(const Caller& caller, Action action, const Resource& resource) const override;
};

// For the test that every operation of every door asks before it does anything.
class DenyAll final : public Authorizer {
 public:
  base::Result<void> require(const Caller& caller, Action action, const Resource& resource) const override;
};

}  // namespace berth::auth
