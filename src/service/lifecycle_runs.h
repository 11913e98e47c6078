// Carries lifecycle policies out: claims what is due, plans, and deletes the plan's images batch by batch.
//
// Killed anywhere, nothing is lost: what is deleted is deleted, the claim runs out after ten minutes, and whoever
// claims next makes a new plan of what is there then.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "meta/lifecycle_policies.h"
#include "model/repository.h"
#include "service/core.h"
#include "service/lifecycle_plan.h"

namespace berth::service {

// For one thread; several processes on one store share the work. References outlive it.
class LifecycleRuns {
 public:
  // Images of one transaction. Who paces the steps decides with it how many go in a second.
  static constexpr std::size_t kBatch = 50;

  LifecycleRuns(const Core& core, base::Log& log, base::Metrics& metrics);

  // Takes on a policy that is due, or deletes the next batch of the one taken on. 0: nothing is due. After an error the
  // policy is due again when its claim runs out.
  base::Result<std::size_t> step();

 private:
  struct Run {
    meta::LifecycleClaim claim;
    model::RepositoryRef repository;
    LifecyclePlan made;
    std::vector<bool> left;  // images that were to go and did not
    std::size_t next = 0;    // in made.plan.acted_on
    std::size_t expired = 0, failed = 0, changed = 0;
    std::chrono::steady_clock::time_point begun;
  };
  struct Batch {
    bool holds = true;
    std::vector<engine::lifecycle::ImageIndex> expired, failed, changed;
  };

  base::Result<std::size_t> take_on();
  base::Result<std::size_t> go_on(Run& run);
  base::Result<Batch> delete_batch(meta::Tx& tx, const Run& run, base::Timestamp until) const;
  base::Result<void> finish(const Run& run);
  base::Result<void> put_off(const meta::LifecycleClaim& claim);

  const Core& core_;
  base::Log& log_;
  base::Family<base::Counter>& runs_;
  base::Family<base::Counter>& images_;
  base::Histogram& seconds_;
  std::optional<Run> run_;
};

}  // namespace berth::service
