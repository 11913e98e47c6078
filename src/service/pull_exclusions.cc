#include "service/pull_exclusions.h"

namespace berth::service {
namespace {

// By which ARN a caller can be excluded; empty: by none.
std::string_view principal_of(const auth::Caller& caller) {
  switch (caller.kind) {
    case auth::CallerKind::user: return caller.arn;
    case auth::CallerKind::role: return caller.role_arn;
    case auth::CallerKind::root:
    case auth::CallerKind::federated:
    case auth::CallerKind::service:
    case auth::CallerKind::anonymous:
    case auth::CallerKind::web_identity: return {};
  }
  std::unreachable();
}

std::string sentence(const std::string& principal, std::string_view what, const model::RegistryRef& registry) {
  return "The pull time update exclusion for the principal '" + principal + "' " + std::string(what) +
         " in the registry with id '" + registry.account.text() + "'";
}

}  // namespace

bool ExclusionCache::covers(const auth::Caller& caller, const model::RegistryRef& registry) {
  const auto principal = principal_of(caller);
  if (principal.empty()) return false;
  const auto now = clock_.now();
  const Key key(registry.account.text(), registry.region.text());
  // Held while it reads, so that what forget() drops is never what a slower read puts back.
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found != known_.end() && now - found->second.read < kFresh) return found->second.principals.contains(principal);
  auto read = store_.read(base::Deadline::after(std::chrono::seconds(5)), [&](meta::Tx& tx) {
    return tx.pull_times().excluded(registry, "", PullExclusionService::kMax);
  });
  if (!read) return false;
  if (known_.size() >= kMaxRegistries) known_.clear();
  auto& known = known_[key];
  known = {.principals = {read->begin(), read->end()}, .read = now};
  return known.principals.contains(principal);
}

void ExclusionCache::forget(const model::RegistryRef& registry) {
  const std::lock_guard lock(mutex_);
  known_.erase(Key(registry.account.text(), registry.region.text()));
}

base::Result<base::Timestamp> PullExclusionService::add(const Scope& scope, const model::RegistryRef& registry,
                                                        const std::string& principal) {
  BERTH_CHECK(core_.require(scope, auth::Action::register_pull_time_update_exclusion, registry));
  const auto now = core_.clock.now();
  BERTH_CHECK(core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const bool added, tx.pull_times().exclude(registry, principal, now));
    if (!added) {
      return base::fail(base::Errc::pull_exclusion_exists, sentence(principal, "already exists", registry));
    }
    BERTH_TRY(const auto all, tx.pull_times().excluded(registry, "", kMax + 1));
    if (all.size() <= kMax) return {};
    return base::fail(base::Errc::limit_exceeded, "The registry with id '" + registry.account.text() +
                                                      "' has the maximum of " + std::to_string(kMax) +
                                                      " pull time update exclusions");
  }));
  cache_.forget(registry);
  return now;
}

base::Result<void> PullExclusionService::remove(const Scope& scope, const model::RegistryRef& registry,
                                                const std::string& principal) {
  BERTH_CHECK(core_.require(scope, auth::Action::deregister_pull_time_update_exclusion, registry));
  BERTH_TRY(const bool removed, core_.store.write(scope.deadline, [&](meta::Tx& tx) {
    return tx.pull_times().include(registry, principal);
  }));
  if (!removed) {
    return base::fail(base::Errc::pull_exclusion_not_found, sentence(principal, "does not exist", registry));
  }
  cache_.forget(registry);
  return {};
}

base::Result<std::vector<std::string>> PullExclusionService::list(const Scope& scope,
                                                                  const model::RegistryRef& registry,
                                                                  const std::string& after, std::size_t limit) {
  BERTH_CHECK(core_.require(scope, auth::Action::list_pull_time_update_exclusions, registry));
  return core_.store.read(scope.deadline,
                          [&](meta::Tx& tx) { return tx.pull_times().excluded(registry, after, limit); });
}

}  // namespace berth::service
