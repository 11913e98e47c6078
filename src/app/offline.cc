#include "app/offline.h"

#include <fstream>
#include <iterator>

#include "app/limits.h"

namespace berth::app {

Offline::Offline(Stores stores, service::Limits limits)
    : stores_(std::move(stores)),
      core_{.store = *stores_.meta,
            .blobs = *stores_.blobs,
            .authorizer = authorizer_,
            .clock = clock_,
            .random = random_,
            .limits = limits} {}

base::Result<std::unique_ptr<Offline>> Offline::open(const config::Options& options, auth::KeyRing keys) {
  BERTH_TRY(auto stores, open_stores(options, std::move(keys)));
  return std::unique_ptr<Offline>(new Offline(std::move(stores), limits_of(options)));
}

base::Result<std::unique_ptr<Offline>> Offline::open(const config::Options& options) {
  BERTH_TRY(auto keys, auth::KeyRing::load(options.data));
  return open(options, std::move(keys));
}

base::Result<model::AccountId> Offline::management_account() const {
  BERTH_TRY(auto organization, stores_.meta->read({}, [](meta::Tx& tx) { return tx.organizations().find(); }));
  if (organization) return std::move(organization->management);
  return base::fail(base::Errc::unavailable, "there is no account yet; `berth init` makes the first");
}

service::Scope Offline::as(const model::AccountId& account) const {
  return {.caller = auth::Caller::root(account, ""), .request_id = "berth", .deadline = {}, .origin = {.secure = true}};
}

base::Result<model::RegistryRef> default_registry(const config::Options& options) {
  BERTH_TRY(auto account, model::AccountId::parse(options.registry.account));
  BERTH_TRY(auto region, model::Region::parse(options.registry.region));
  return model::RegistryRef{std::move(account), std::move(region)};
}

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::fail(base::Errc::unavailable, "cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace berth::app
