// What an evaluation of a lifecycle policy did: as it is kept for each repository, and as CloudTrail tells it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "engine/lifecycle/plan.h"
#include "model/repository.h"

namespace berth::service {

// One image that the policy acted on, or could not act on.
struct LifecycleImageRecord {
  std::string image_digest;
  std::vector<std::string> image_tags;
  base::Timestamp image_pushed_at;
  std::int64_t rule_priority = 0;
  std::string action;  // EXPIRE, TRANSITION
  std::optional<std::string> failure_code, failure_reason;

  template <class F>
  void fields(F& f) {
    f.opt("imageDigest", image_digest);
    f.opt("imageTags", image_tags);
    f.opt("imagePushedAt", image_pushed_at);
    f.opt("rulePriority", rule_priority);
    f.opt("action", action);
    f.opt("failureCode", failure_code);
    f.opt("failureReason", failure_reason);
  }
};

// `berth lifecycle runs` prints it as it is.
struct LifecycleRecord {
  // Images told of by name, of those acted on and of those that could not be; the counts are of all.
  static constexpr std::size_t kTold = 50;
  // Evaluations kept for each repository.
  static constexpr std::size_t kKept = 30;

  std::string id;  // greater than those of earlier evaluations
  base::Timestamp started_at, ended_at;
  std::string outcome;  // complete; superseded, by another policy or a newer evaluation; failed
  std::string policy;   // whose: repository, registry (its default)
  std::int64_t images = 0, expired = 0, archived = 0, held_by_list = 0, failed = 0, changed = 0;
  std::optional<std::string> error;
  std::vector<LifecycleImageRecord> actions, failures;

  template <class F>
  void fields(F& f) {
    f.opt("id", id);
    f.opt("startedAt", started_at);
    f.opt("endedAt", ended_at);
    f.opt("outcome", outcome);
    f.opt("policy", policy);
    f.opt("images", images);
    f.opt("expired", expired);
    f.opt("archived", archived);
    f.opt("heldByList", held_by_list);
    f.opt("failed", failed);
    f.opt("changed", changed);
    f.opt("error", error);
    f.opt("actions", actions);
    f.opt("failures", failures);
  }
};

// Of the image at `index`, which the plan gave a rule.
LifecycleImageRecord image_record(const engine::lifecycle::Repository& images, const engine::lifecycle::Policy& policy,
                                  const engine::lifecycle::Decision& decision, engine::lifecycle::ImageIndex index);
// The same, kept by its list or by something that has come since.
LifecycleImageRecord failure_record(LifecycleImageRecord image, std::string reason);
std::string held_reason(const engine::lifecycle::Repository& images, engine::lifecycle::ImageIndex list);

// CloudTrail's PolicyExecutionEvent, as JSON (ecr.md 8.2). policyId is made of the policy's text, so that another text
// has another id, and policyVersion is always 1.
struct PolicyExecution {
  const model::RepositoryRef& repository;
  const engine::lifecycle::Policy& policy;
  std::string_view text;      // of the policy
  base::Timestamp evaluated;  // when an evaluation last ended; the epoch: never
  base::Timestamp time;
  std::string event_id;
  const std::vector<LifecycleImageRecord>& actions;
  const std::vector<LifecycleImageRecord>& failures;
};
std::string execution_event(const PolicyExecution& execution);

}  // namespace berth::service
