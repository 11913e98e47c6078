// The authorizer of production: every policy that has a say, on every call ("Policy evaluation logic", IAM User Guide;
// ecr.md 3.2).
#pragma once

#include "auth/authorizer.h"
#include "auth/fact_cache.h"
#include "base/clock.h"
#include "meta/store.h"
#include "policy/decide.h"
#include "policy/decision_cache.h"

namespace berth::auth {

// A question with what it was decided by.
struct Explained {
  policy::Request request;
  policy::Policies policies;
  policy::Decision decision;
};

// Safe from any thread; `store` and `clock` outlive it. What one call changes, the next one sees, on every node: each
// question reads the authorization version.
class PolicyAuthorizer final : public Authorizer {
 public:
  PolicyAuthorizer(meta::Store& store, const base::Clock& clock, const CacheSizes& sizes = {})
      : facts_(store, sizes), decisions_(sizes.decisions), clock_(clock) {}

  // unavailable, deadline_exceeded, corrupt: it cannot be decided, which is never a yes.
  base::Result<void> require(const Question& question) const override;
  base::Result<void> require_alive(const Caller& caller) const override;

  // The same decision with its reasons, for `berth authz explain`. A caller that is no more is an implicit_deny.
  base::Result<policy::Decision> decide(const Question& question) const;
  base::Result<Explained> explain(const Question& question) const;

 private:
  // What was asked, by what is known; `alive` is false for a caller that is no more.
  struct Asked {
    Facts facts;
    policy::Request request;
    bool alive = true;
  };
  base::Result<Asked> ask(const Question& question) const;
  std::shared_ptr<const policy::Decision> decide_cached(const Question& question, Asked& asked) const;

  mutable FactCache facts_;
  mutable policy::DecisionCache decisions_;
  const base::Clock& clock_;
};

}  // namespace berth::auth
