// Taking policies on, and going on with them. What is told of them: lifecycle_reports.cc.
#include "service/lifecycle_runs.h"

#include <algorithm>
#include <utility>

#include "json/fields.h"
#include "service/image_removal.h"
#include "service/image_storage.h"

namespace berth::service {
namespace {

namespace lifecycle = engine::lifecycle;

constexpr auto kLease = std::chrono::minutes(10);
constexpr auto kLongestPlan = std::chrono::minutes(5);
// Repositories that one transaction tells of a registry's new default.
constexpr std::size_t kSpread = 200;

}  // namespace

LifecycleRuns::LifecycleRuns(const Core& core, PullRecorder& pulls, base::Log& log, base::Metrics& metrics)
    : core_(core),
      pulls_(pulls),
      log_(log),
      runs_(metrics.counters("berth_lifecycle_runs_total", "Evaluations of lifecycle policies, by how they ended.",
                             {"outcome"})),
      images_(metrics.counters(
          "berth_lifecycle_images_total",
          "Images that lifecycle policies expired or archived, could not, or left since they had changed.",
          {"outcome"})),
      seconds_(metrics.histogram("berth_lifecycle_run_seconds", "Length of an evaluation, its actions included.")) {}

base::Result<std::size_t> LifecycleRuns::step() {
  if (open_.size() < kMaxOpen) {
    BERTH_TRY(const auto begun, take_on());
    if (begun > 0) return begun;
  }
  if (open_.empty()) return 0;
  auto run = std::move(open_.front());
  open_.pop_front();
  auto goes_on = go_on(run);
  if (!goes_on) {
    give_up(run, "failed", &goes_on.error());
    return base::propagate(goes_on);
  }
  if (*goes_on) open_.push_back(std::move(run));
  return 1;
}

base::Result<std::size_t> LifecycleRuns::take_on() {
  const auto deadline = base::Deadline::after(core_.limits.call);
  const auto now = core_.clock.now();
  bool spread = false;
  BERTH_TRY(const bool due, core_.store.read(deadline, [&](meta::Tx& tx) -> base::Result<bool> {
    BERTH_TRY(spread, tx.lifecycle_defaults().any_to_spread());
    return tx.lifecycle_policies().any_due(now);
  }));
  if (spread) {
    BERTH_CHECK(core_.store.write(deadline, [&](meta::Tx& tx) {
      return tx.lifecycle_defaults().spread(now + core_.limits.lifecycle_settle, kSpread);
    }));
    return 1;
  }
  if (!due) return 0;
  BERTH_TRY(auto claim, core_.store.write(
                            deadline, [&](meta::Tx& tx) { return tx.lifecycle_policies().claim(now, now + kLease); }));
  if (!claim) return 0;
  BERTH_CHECK(begin(*std::move(claim), now));
  return 1;
}

base::Result<void> LifecycleRuns::begin(meta::LifecycleClaim claim, base::Timestamp now) {
  // Due again while it is under way, since something has changed: the new plan knows more.
  const auto older = std::ranges::find(open_, claim.repository, [](const Run& run) { return run.claim.repository; });
  if (older != open_.end()) {
    give_up(*older, "superseded", nullptr);
    open_.erase(older);
  }
  BERTH_TRY(const auto repository, core_.store.read(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
    return tx.repositories().find_by_id(claim.repository);
  }));
  if (!repository) return {};  // deleted meanwhile, with its policy
  Run run{
      .claim = std::move(claim),
      .repository = repository->ref,
      .record = {.id = core_.new_ulid(), .started_at = now, .ended_at = now, .outcome = {}, .policy = {}, .error = {}},
      .begun = std::chrono::steady_clock::now()};
  run.record.policy = run.claim.inherited ? "registry" : "repository";
  auto policy = engine::lifecycle::parse_policy(run.claim.text);
  if (!policy) {  // it was good when it was put
    log_.error("lifecycle policy", policy.error());
    give_up(run, "failed", &policy.error());
    return put_off(run.claim);
  }
  run.made.policy = *std::move(policy);
  auto made = plan(run, now);
  if (!made) {
    give_up(run, "failed", &made.error());
    return base::propagate(made);
  }
  run.made = *std::move(made);
  run.left.resize(run.made.images.images.size());
  run.record.images = std::ssize(run.made.images.images);
  if (run.made.plan.acted_on.empty()) {  // nothing that would have to wait for its turn
    const auto done = finish(run);
    if (!done) give_up(run, "failed", &done.error());
    return done;
  }
  open_.push_back(std::move(run));
  return {};
}

base::Result<LifecyclePlan> LifecycleRuns::plan(const Run& run, base::Timestamp now) {
  if (asks_for_pulls(run.made.policy)) BERTH_CHECK(pulls_.flush(base::Deadline::after(core_.limits.call)));
  return plan_lifecycle(core_.store, base::Deadline::after(kLongestPlan), run.claim.repository, run.made.policy, now);
}

base::Result<bool> LifecycleRuns::go_on(Run& run) {
  const auto& acted_on = run.made.plan.acted_on;
  if (run.next >= acted_on.size()) {
    BERTH_CHECK(finish(run));
    return false;
  }
  const auto until = core_.clock.now() + kLease;
  BERTH_TRY(const auto batch, core_.store.write(base::Deadline::after(core_.limits.call),
                                                [&](meta::Tx& tx) { return act_on_batch(tx, run, until); }));
  if (!batch.holds) {
    give_up(run, "superseded", nullptr);
    return false;
  }
  run.claim.until = until;
  tell(run, batch);
  run.next += batch.images.size();
  return true;
}

// What has changed since the plan was made is left to the next one.
base::Result<LifecycleRuns::Batch> LifecycleRuns::act_on_batch(meta::Tx& tx, const Run& run,
                                                               base::Timestamp until) const {
  Batch batch;
  BERTH_TRY(batch.holds, tx.lifecycle_policies().extend(run.claim, until));
  if (!batch.holds) return batch;
  const auto& acted_on = run.made.plan.acted_on;
  auto left = run.left;
  for (std::size_t i = run.next; i < std::min(run.next + kBatch, acted_on.size()); ++i) {
    const auto index = acted_on[i];
    const auto& decision = run.made.plan.decisions[index];
    BERTH_TRY(const bool unchanged, as_planned(tx, run, index));
    const bool subject_left = decision.reason == lifecycle::Reason::follows_subject && left[decision.other];
    Acted acted;
    if (unchanged && !subject_left) {
      BERTH_TRY(acted, act(tx, run.claim.repository, run.made.images.images[index].digest, decision.fate));
    }
    left[index] = !acted.done();
    batch.images.push_back(std::move(acted));
  }
  return batch;
}

base::Result<LifecycleRuns::Acted> LifecycleRuns::act(meta::Tx& tx, const std::string& repository,
                                                      const model::Digest& digest, lifecycle::Fate fate) const {
  switch (fate) {
    case lifecycle::Fate::keep: return Acted{};
    case lifecycle::Fate::expire: {
      BERTH_TRY(auto removal, remove_image(tx, core_, repository, digest));
      switch (removal.outcome) {
        case Removal::Outcome::removed: return Acted{.outcome = Outcome::expired};
        case Removal::Outcome::absent: return Acted{};
        case Removal::Outcome::referenced:
          return Acted{.outcome = Outcome::failed, .reason = std::move(removal.reason)};
      }
      std::unreachable();
    }
    case lifecycle::Fate::archive: {
      BERTH_TRY(auto archival, archive_image(tx, repository, digest, core_.clock.now()));
      switch (archival.outcome) {
        case Archival::Outcome::archived: return Acted{.outcome = Outcome::archived};
        case Archival::Outcome::unchanged:
        case Archival::Outcome::absent:
        case Archival::Outcome::held_by_subject: return Acted{};
        case Archival::Outcome::held_by_list:
          return Acted{.outcome = Outcome::failed, .reason = std::move(archival.reason)};
      }
      std::unreachable();
    }
  }
  std::unreachable();
}

// Whether an image is still what was planned for: a tag put or moved, a push after a deletion, a subject that has come,
// or a pull, if that is what the decision asked for, may be why it should stay.
base::Result<bool> LifecycleRuns::as_planned(meta::Tx& tx, const Run& run, lifecycle::ImageIndex index) const {
  const auto& repository = run.claim.repository;
  const auto& planned = run.made.images.images[index];
  BERTH_TRY(const auto image, tx.images().describe(repository, planned.digest));
  if (!image || image->tags != planned.tags || image->pushed != planned.pushed) return false;
  const bool archived = image->status == model::ImageStatus::archived;
  if (archived != (planned.storage == lifecycle::StorageClass::archive)) return false;
  if (asks_for_pulls(run.made.policy, run.made.plan.decisions[index])) {
    if (image->pulled && image->pulled != planned.pulled) return false;
    if (pulls_.pending(repository, planned.digest)) return false;
  }
  if (!image->subject || planned.subject != lifecycle::kNoImage) return true;
  BERTH_TRY(const bool subject_came, tx.images().exists(repository, *image->subject));
  return !subject_came;
}

base::Result<void> LifecycleRuns::put_off(const meta::LifecycleClaim& claim) {
  const auto now = core_.clock.now();
  BERTH_CHECK(core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
    return tx.lifecycle_policies().finish(claim, now, now + core_.limits.lifecycle_interval);
  }));
  return {};
}

base::Result<void> LifecycleRuns::finish(Run& run) {
  const auto now = core_.clock.now();
  tell_held(run);
  run.record.outcome = "complete";
  run.record.ended_at = now;
  // Whatever went may have held what can go next; whatever changed is to be looked at again.
  const bool again = std::ranges::any_of(run.done, [](std::size_t images) { return images > 0; });
  const auto next = now + (again ? core_.limits.lifecycle_settle : core_.limits.lifecycle_interval);
  const auto text = json::encode(run.record);
  BERTH_CHECK(core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const bool held, tx.lifecycle_policies().finish(run.claim, now, next));
    if (!held) return {};
    return tx.lifecycle_records().add(run.claim.repository, run.record.id,
                                      again ? meta::RunEffect::acted : meta::RunEffect::idle, text,
                                      LifecycleRecord::kKept);
  }));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - run.begun).count();
  seconds_.observe(seconds);
  runs_.with({"complete"}).add();
  log_.info("lifecycle policy evaluated", {{"account", run.repository.registry.account.text()},
                                           {"region", run.repository.registry.region.text()},
                                           {"repository", run.repository.name.text()},
                                           {"policy", run.record.policy},
                                           {"images", run.made.images.images.size()},
                                           {"expired", run.of(Outcome::expired)},
                                           {"archived", run.of(Outcome::archived)},
                                           {"held_by_list", run.record.held_by_list},
                                           {"failed", run.of(Outcome::failed)},
                                           {"changed", run.of(Outcome::changed)},
                                           {"seconds", seconds}});
  return {};
}

}  // namespace berth::service
