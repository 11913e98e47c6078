// Lifecycle policies of repositories, and when each is to be evaluated next.
//
// A repository has a policy of its own, or inherits its registry's default (lifecycle_defaults.h) by a row without a
// text. evaluated, due and claims are the same for both.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "sql/database.h"

namespace berth::meta {

struct LifecyclePolicyRow {
  std::string text;
  base::Timestamp evaluated;  // when an evaluation of this text last ended; the epoch: never
};

// What holds for a repository.
struct PolicyInForce {
  std::string text;
  bool inherited = false;
};

// An evaluation that somebody has taken on, until `until`; then somebody else may.
struct LifecycleClaim {
  std::string repository;
  std::string text;
  base::Timestamp until;
  base::Timestamp evaluated;  // as LifecyclePolicyRow's
  bool inherited = false;
};

class LifecyclePolicies {
 public:
  explicit LifecyclePolicies(sql::Tx& tx) : tx_(tx) {}
  // Of the repository's own. Another text has never been evaluated. Due at `due`, if not before.
  base::Result<void> put(const std::string& repository, const std::string& text, base::Timestamp due);
  base::Result<std::optional<LifecyclePolicyRow>> find(const std::string& repository);
  // The registry's default holds from then on, if there is one, and is due at `due`.
  base::Result<void> remove(const std::string& repository, base::Timestamp due);

  base::Result<std::optional<PolicyInForce>> in_force(const std::string& repository);

  // Images have changed: brings the next evaluation forward to `due`. Writes nothing if there is no policy, or if it is
  // due by then anyway.
  base::Result<void> hasten(const std::string& repository, base::Timestamp due);
  base::Result<bool> any_due(base::Timestamp now);
  // The one that has been due for longest.
  base::Result<std::optional<LifecycleClaim>> claim(base::Timestamp now, base::Timestamp until);
  // Moves a claim on to `until`, unless hasten() has come in between. false: it does not hold any more, since the
  // policy is gone or has another text.
  base::Result<bool> extend(const LifecycleClaim& claim, base::Timestamp until);
  // Ends a claim: next due at `next`, or when hasten() said in the meantime. false, and nothing, if the claim does not
  // hold.
  base::Result<bool> finish(const LifecycleClaim& claim, base::Timestamp evaluated, base::Timestamp next);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
