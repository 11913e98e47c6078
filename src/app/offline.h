// What a command needs that works on the stores itself, beside a running server or without one.
#pragma once

#include <memory>
#include <string>

#include "app/stores.h"
#include "auth/authorizer.h"
#include "config/options.h"
#include "crypto/random.h"
#include "service/core.h"

namespace berth::app {

// Who can open the data folder and its master key can do everything anyway; no policy could say otherwise.
class OperatorAuthorizer final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question&) const override { return {}; }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
};

// One owner, which is the command; everything made from core() is destroyed first.
class Offline {
 public:
  // `keys` as for open_stores(). unavailable: with a sentence for the operator.
  static base::Result<std::unique_ptr<Offline>> open(const config::Options& options, auth::KeyRing keys);

  // With the master key of the data folder.
  static base::Result<std::unique_ptr<Offline>> open(const config::Options& options);

  const Stores& stores() const { return stores_; }
  const service::Core& core() const { return core_; }
  const base::Clock& clock() const { return clock_; }
  // unavailable: `berth init` has not been run.
  base::Result<model::AccountId> management_account() const;
  // As the account itself.
  service::Scope as(const model::AccountId& account) const;

 private:
  Offline(Stores stores, service::Limits limits);

  Stores stores_;
  base::SystemClock clock_;
  crypto::SystemRandom random_;
  OperatorAuthorizer authorizer_;
  service::Core core_;
};

// The registry that registry.account and registry.region say: what a command is about that is not told otherwise.
base::Result<model::RegistryRef> default_registry(const config::Options& options);

// A file that the command line names. unavailable.
base::Result<std::string> read_file(const std::string& path);

}  // namespace berth::app
