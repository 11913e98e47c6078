// What LifecycleRuns tells of its runs: to metrics, to the log, to the record of each run.
#include <algorithm>
#include <utility>

#include "json/fields.h"
#include "service/lifecycle_runs.h"

namespace berth::service {
namespace {

namespace lifecycle = engine::lifecycle;

void keep_told(std::vector<LifecycleImageRecord>& told, const std::vector<LifecycleImageRecord>& more) {
  const auto room = LifecycleRecord::kTold - std::min(told.size(), LifecycleRecord::kTold);
  told.insert(told.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(std::min(room, more.size())));
}

}  // namespace

void LifecycleRuns::tell(Run& run, const Batch& batch) {
  std::vector<LifecycleImageRecord> actions, failures;
  for (std::size_t i = 0; i < batch.images.size(); ++i) {
    const auto index = run.made.plan.acted_on[run.next + i];
    const auto& acted = batch.images[i];
    const auto outcome = acted.outcome;
    ++run.done[static_cast<std::size_t>(outcome)];
    run.left[index] = !acted.done();
    auto image = image_record(run.made.images, run.made.policy, run.made.plan.decisions[index], index);
    switch (outcome) {
      case Outcome::expired:
      case Outcome::archived:
        ++acted_on_;
        actions.push_back(std::move(image));
        break;
      case Outcome::failed: failures.push_back(failure_record(std::move(image), acted.reason)); break;
      case Outcome::changed: break;
    }
    images_.with({kOutcomes[static_cast<std::size_t>(outcome)]}).add();
  }
  run.record.expired = static_cast<std::int64_t>(run.of(Outcome::expired));
  run.record.archived = static_cast<std::int64_t>(run.of(Outcome::archived));
  run.record.failed = static_cast<std::int64_t>(run.of(Outcome::failed));
  run.record.changed = static_cast<std::int64_t>(run.of(Outcome::changed));
  keep_told(run.record.actions, actions);
  keep_told(run.record.failures, failures);
  log_event(run, actions, failures);
}

// Images that a rule would act on and a list keeps: some by name, all by number.
void LifecycleRuns::tell_held(Run& run) {
  std::vector<LifecycleImageRecord> failures;
  const auto& decisions = run.made.plan.decisions;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    if (decisions[i].reason != lifecycle::Reason::held_by_list) continue;
    ++run.record.held_by_list;
    if (failures.size() >= LifecycleRecord::kTold) continue;
    const auto index = static_cast<lifecycle::ImageIndex>(i);
    failures.push_back(failure_record(image_record(run.made.images, run.made.policy, decisions[i], index),
                                      held_reason(run.made.images, decisions[i].other)));
  }
  keep_told(run.record.failures, failures);
  log_event(run, {}, failures);
}

void LifecycleRuns::log_event(const Run& run, const std::vector<LifecycleImageRecord>& actions,
                              const std::vector<LifecycleImageRecord>& failures) {
  if ((actions.empty() && failures.empty()) || !log_.enabled(base::LogLevel::info)) return;
  const auto event = execution_event({.repository = run.repository,
                                      .policy = run.made.policy,
                                      .text = run.claim.text,
                                      .evaluated = run.claim.evaluated,
                                      .time = core_.clock.now(),
                                      .event_id = crypto::random_uuid(core_.random),
                                      .actions = actions,
                                      .failures = failures});
  log_.info("PolicyExecutionEvent", {{"record", event}});
}

// A run that does not come to its end. That its record cannot be written must not hide why.
void LifecycleRuns::give_up(Run& run, std::string_view outcome, const base::Error* error) {
  runs_.with({outcome}).add();
  run.record.outcome = outcome;
  run.record.ended_at = core_.clock.now();
  if (error != nullptr) run.record.error = error->message;
  const auto text = json::encode(run.record);
  const auto kept = core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
    return tx.lifecycle_records().add(run.claim.repository, run.record.id, meta::RunEffect::acted, text,
                                      LifecycleRecord::kKept);
  });
  if (!kept) log_.error("lifecycle record", kept.error());
}

}  // namespace berth::service
