#include "service/lifecycle_runs.h"

#include <algorithm>
#include <utility>

#include "service/image_removal.h"

namespace berth::service {
namespace {

namespace lifecycle = engine::lifecycle;

constexpr auto kLease = std::chrono::minutes(10);
constexpr auto kLongestPlan = std::chrono::minutes(5);

// Whether an image is still what was planned for: a tag put or moved, a push after a deletion, or a subject that has
// come may be why it should stay.
base::Result<bool> as_planned(meta::Tx& tx, const std::string& repository, const lifecycle::Image& planned) {
  BERTH_TRY(const auto image, tx.images().describe(repository, planned.digest));
  if (!image || image->tags != planned.tags || image->pushed != planned.pushed) return false;
  if (!image->subject || planned.subject != lifecycle::kNoImage) return true;
  BERTH_TRY(const bool subject_came, tx.images().exists(repository, *image->subject));
  return !subject_came;
}

}  // namespace

LifecycleRuns::LifecycleRuns(const Core& core, base::Log& log, base::Metrics& metrics)
    : core_(core),
      log_(log),
      runs_(metrics.counters("berth_lifecycle_runs_total", "Evaluations of lifecycle policies, by how they ended.",
                             {"outcome"})),
      images_(metrics.counters("berth_lifecycle_images_total",
                               "Images that lifecycle policies expired, could not, or left since they had changed.",
                               {"outcome"})),
      seconds_(metrics.histogram("berth_lifecycle_run_seconds", "Length of an evaluation, its deletions included.")) {}

base::Result<std::size_t> LifecycleRuns::step() {
  if (!run_) return take_on();
  auto done = go_on(*run_);
  if (!done) {
    runs_.with({"failed"}).add();
    run_.reset();
  }
  return done;
}

base::Result<std::size_t> LifecycleRuns::take_on() {
  const auto deadline = base::Deadline::after(core_.limits.call);
  const auto now = core_.clock.now();
  BERTH_TRY(const bool due,
            core_.store.read(deadline, [&](meta::Tx& tx) { return tx.lifecycle_policies().any_due(now); }));
  if (!due) return 0;
  BERTH_TRY(auto claim, core_.store.write(
                            deadline, [&](meta::Tx& tx) { return tx.lifecycle_policies().claim(now, now + kLease); }));
  if (!claim) return 0;
  const auto begun = std::chrono::steady_clock::now();
  auto policy = lifecycle_policy(claim->text, LifecycleUse::execute);
  if (!policy) {  // it was good when it was put
    log_.error("lifecycle policy", policy.error());
    runs_.with({"failed"}).add();
    BERTH_CHECK(put_off(*claim));
    return 1;
  }
  BERTH_TRY(const auto repository,
            core_.store.read(deadline, [&](meta::Tx& tx) { return tx.repositories().find_by_id(claim->repository); }));
  if (!repository) return 1;  // deleted meanwhile, with its policy
  BERTH_TRY(auto made, plan_lifecycle(core_.store, base::Deadline::after(kLongestPlan), claim->repository,
                                      *std::move(policy), now));
  const std::size_t images = made.images.images.size();
  run_.emplace(Run{.claim = *std::move(claim),
                   .repository = repository->ref,
                   .made = std::move(made),
                   .left = std::vector<bool>(images),
                   .begun = begun});
  return 1;
}

base::Result<std::size_t> LifecycleRuns::go_on(Run& run) {
  const auto& acted_on = run.made.plan.acted_on;
  if (run.next >= acted_on.size()) {
    BERTH_CHECK(finish(run));
    run_.reset();
    return 1;
  }
  const auto until = core_.clock.now() + kLease;
  BERTH_TRY(const auto batch, core_.store.write(base::Deadline::after(core_.limits.call),
                                                [&](meta::Tx& tx) { return delete_batch(tx, run, until); }));
  if (!batch.holds) {
    runs_.with({"superseded"}).add();
    run_.reset();
    return 1;
  }
  run.claim.until = until;
  run.next = std::min(run.next + kBatch, acted_on.size());
  run.expired += batch.expired.size();
  run.failed += batch.failed.size();
  run.changed += batch.changed.size();
  for (const auto* some : {&batch.failed, &batch.changed}) {
    for (const auto image : *some) run.left[image] = true;
  }
  images_.with({"expired"}).add(batch.expired.size());
  images_.with({"failed"}).add(batch.failed.size());
  images_.with({"changed"}).add(batch.changed.size());
  return 1;
}

// What has changed since the plan was made is left to the next one.
base::Result<LifecycleRuns::Batch> LifecycleRuns::delete_batch(meta::Tx& tx, const Run& run,
                                                               base::Timestamp until) const {
  Batch batch;
  BERTH_TRY(batch.holds, tx.lifecycle_policies().extend(run.claim, until));
  if (!batch.holds) return batch;
  const auto& acted_on = run.made.plan.acted_on;
  auto left = run.left;
  for (std::size_t i = run.next; i < std::min(run.next + kBatch, acted_on.size()); ++i) {
    const auto index = acted_on[i];
    const auto& image = run.made.images.images[index];
    const auto& decision = run.made.plan.decisions[index];
    BERTH_TRY(const bool unchanged, as_planned(tx, run.claim.repository, image));
    const bool subject_left = decision.reason == lifecycle::Reason::follows_subject && left[decision.other];
    // There is nothing here that archives; lifecycle_policy() lets no such policy in.
    if (decision.fate != lifecycle::Fate::expire || !unchanged || subject_left) {
      left[index] = true;
      batch.changed.push_back(index);
      continue;
    }
    BERTH_TRY(const auto removal, remove_image(tx, run.claim.repository, image.digest));
    switch (removal.outcome) {
      case Removal::Outcome::removed: batch.expired.push_back(index); break;
      case Removal::Outcome::absent:
        left[index] = true;
        batch.changed.push_back(index);
        break;
      case Removal::Outcome::referenced:
        left[index] = true;
        batch.failed.push_back(index);
        break;
    }
  }
  return batch;
}

base::Result<void> LifecycleRuns::put_off(const meta::LifecycleClaim& claim) {
  const auto now = core_.clock.now();
  return core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
    return tx.lifecycle_policies().finish(claim, now, now + core_.limits.lifecycle_interval);
  });
}

base::Result<void> LifecycleRuns::finish(const Run& run) {
  const auto now = core_.clock.now();
  // Whatever went may have held what can go next; whatever changed is to be looked at again.
  const bool again = run.expired + run.failed + run.changed > 0;
  const auto next = now + (again ? core_.limits.lifecycle_settle : core_.limits.lifecycle_interval);
  BERTH_CHECK(core_.store.write(base::Deadline::after(core_.limits.call),
                                [&](meta::Tx& tx) { return tx.lifecycle_policies().finish(run.claim, now, next); }));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - run.begun).count();
  seconds_.observe(seconds);
  runs_.with({"complete"}).add();
  const auto held =
      std::ranges::count(run.made.plan.decisions, lifecycle::Reason::held_by_list, &lifecycle::Decision::reason);
  log_.info("lifecycle policy evaluated", {{"account", run.repository.registry.account.text()},
                                           {"region", run.repository.registry.region.text()},
                                           {"repository", run.repository.name.text()},
                                           {"images", run.made.images.images.size()},
                                           {"expired", run.expired},
                                           {"held_by_list", held},
                                           {"failed", run.failed},
                                           {"changed", run.changed},
                                           {"seconds", seconds}});
  return {};
}

}  // namespace berth::service
