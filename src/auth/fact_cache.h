// What metadata knows that a decision depends on, with policies parsed; kept as long as the authorization version says
// that it holds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/caller.h"
#include "auth/document_cache.h"
#include "base/error.h"
#include "meta/store.h"
#include "model/account_setting.h"
#include "policy/decide.h"

namespace berth::auth {

// A user or role with everything that hangs on it.
struct PrincipalView {
  model::Entity entity;  // with its tags
  std::string arn;
  bool account_active = false;
  std::vector<policy::Attached> identity;
  std::optional<policy::Attached> boundary;
  std::map<std::string, bool> access_keys;  // id -> active
};

struct AccountView {
  bool active = false;
  std::string organization;       // o-...; empty: none
  std::string organization_path;  // o-.../r-.../
  std::vector<std::vector<policy::Attached>> service_control;
};

struct RegistryView {
  std::optional<policy::Attached> policy;
  bool enforces_all_actions = true;  // REGISTRY_POLICY_SCOPE V2
};

struct RepositoryView {
  std::optional<policy::Attached> policy;
  std::vector<model::ResourceTag> tags;
};

// Everything of one question. nullptr: there is no such thing, or the question does not concern one.
struct Facts {
  std::int64_t version = 0;
  std::shared_ptr<const PrincipalView> principal;
  std::shared_ptr<const AccountView> caller_account;
  std::shared_ptr<const AccountView> resource_account;
  std::shared_ptr<const RegistryView> registry;
  std::shared_ptr<const RepositoryView> repository;
  std::vector<policy::Attached> session;
};

// What to look up.
struct Subject {
  const Caller& caller;
  std::optional<model::AccountId> owner{};
  std::optional<model::RegistryRef> registry{};
  std::optional<model::RepositoryName> repository{};
};

// How many entries may be kept in memory.
struct CacheSizes {
  std::size_t facts = 10'000;      // of each table, about 1 KiB
  std::size_t documents = 4'096;   // parsed policies, about 8 KiB
  std::size_t decisions = 16'384;  // about 500 bytes
};

// Safe from any thread; `store` outlives it. Memory is bounded: a table that is full begins anew.
class FactCache {
 public:
  FactCache(meta::Store& store, const CacheSizes& sizes)
      : store_(store), max_entries_(sizes.facts), documents_(sizes.documents) {}

  // One transaction: the version, and what is not known for that version. `corrupt`: a stored policy does not parse.
  base::Result<Facts> find(const Subject& subject, const base::Deadline& deadline);

 private:
  // Of one version.
  struct Tables {
    std::int64_t version = -1;
    std::map<std::string, std::shared_ptr<const PrincipalView>, std::less<>> principals;  // nullptr: known to be none
    std::map<std::string, std::shared_ptr<const AccountView>, std::less<>> accounts;
    std::map<std::string, std::shared_ptr<const RegistryView>, std::less<>> registries;
    std::map<std::string, std::shared_ptr<const RepositoryView>, std::less<>> repositories;
    std::map<std::string, policy::Attached, std::less<>> managed;  // by ARN, for session policies
  };

  base::Result<Facts> read(meta::Tx& tx, const Subject& subject);
  template <class T, class Read>
  base::Result<T> look_up(std::int64_t version, std::map<std::string, T, std::less<>> Tables::* table,
                          const std::string& key, Read read);
  base::Result<std::vector<policy::Attached>> session(meta::Tx& tx, std::int64_t version, const Session& session);

  meta::Store& store_;
  const std::size_t max_entries_;
  DocumentCache documents_;
  std::mutex mutex_;
  Tables tables_;
};

}  // namespace berth::auth
