// Carries lifecycle policies out: claims what is due, plans, and deletes or archives the plan's images batch by batch.
//
// Killed anywhere, nothing is lost but the record of the evaluation: what is done is done, the claim runs out
// after ten minutes, and whoever claims next makes a new plan of what is there then.
//
// Pulls: a decision that asks for them is not carried out if a pull has come since the plan was made. This process
// knows its own pulls at once (PullRecorder::pending); of those of another one it learns when they are written, some
// two seconds later, so an image that is about to go is lost to a pull that another process answers within these
// seconds.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "meta/lifecycle_policies.h"
#include "model/repository.h"
#include "service/core.h"
#include "service/lifecycle_plan.h"
#include "service/lifecycle_record.h"
#include "service/pull_recorder.h"

namespace berth::service {

// For one thread; several processes on one store share the work. References outlive it.
class LifecycleRuns {
 public:
  // Images of one transaction, which pushes may have to wait for: a few milliseconds.
  static constexpr std::size_t kBatch = 10;
  // Evaluations under way, which take turns: one that has much to delete does not keep others waiting.
  static constexpr std::size_t kMaxOpen = 3;

  LifecycleRuns(const Core& core, PullRecorder& pulls, base::Log& log, base::Metrics& metrics);

  // Takes on a policy that is due, or acts on the next batch of one taken on. 0: nothing is due. After an error the
  // policy is due again when its claim runs out.
  base::Result<std::size_t> step();

  // Images that all steps have deleted or archived. Who paces the steps decides by it how many go in a second.
  std::size_t acted_on() const { return acted_on_; }

 private:
  enum class Outcome : std::uint8_t { expired, archived, failed, changed };
  static constexpr auto kOutcomes = std::to_array<std::string_view>({"expired", "archived", "failed", "changed"});
  struct Run {
    meta::LifecycleClaim claim;
    model::RepositoryRef repository;
    LifecycleRecord record;
    std::chrono::steady_clock::time_point begun;
    LifecyclePlan made{};
    std::vector<bool> left{};                             // images that were to go and did not
    std::size_t next = 0;                                 // in made.plan.acted_on
    std::array<std::size_t, kOutcomes.size()> done = {};  // images, by outcome

    std::size_t of(Outcome outcome) const { return done[static_cast<std::size_t>(outcome)]; }
  };
  struct Acted {
    Outcome outcome = Outcome::changed;
    std::string reason{};  // of a failure

    bool done() const { return outcome == Outcome::expired || outcome == Outcome::archived; }
  };
  struct Batch {
    bool holds = true;
    std::vector<Acted> images;  // as many as were looked at, in the plan's order
  };

  base::Result<std::size_t> take_on();
  base::Result<void> begin(meta::LifecycleClaim claim, base::Timestamp now);
  base::Result<LifecyclePlan> plan(const Run& run, base::Timestamp now);
  base::Result<bool> go_on(Run& run);  // false: it has ended
  base::Result<Batch> act_on_batch(meta::Tx& tx, const Run& run, base::Timestamp until) const;
  base::Result<bool> as_planned(meta::Tx& tx, const Run& run, engine::lifecycle::ImageIndex index) const;
  base::Result<Acted> act(meta::Tx& tx, const std::string& repository, const model::Digest& digest,
                          engine::lifecycle::Fate fate) const;
  void tell(Run& run, const Batch& batch);
  void tell_held(Run& run);
  void log_event(const Run& run, const std::vector<LifecycleImageRecord>& actions,
                 const std::vector<LifecycleImageRecord>& failures);
  base::Result<void> finish(Run& run);
  void give_up(Run& run, std::string_view outcome, const base::Error* error);
  base::Result<void> put_off(const meta::LifecycleClaim& claim);

  const Core& core_;
  PullRecorder& pulls_;
  base::Log& log_;
  base::Family<base::Counter>& runs_;
  base::Family<base::Counter>& images_;
  base::Histogram& seconds_;
  std::deque<Run> open_;  // the first is next
  std::size_t acted_on_ = 0;
};

}  // namespace berth::service
