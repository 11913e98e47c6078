#include "service/lifecycle_preview_maker.h"

#include <algorithm>
#include <optional>

#include "service/lifecycle_plan.h"

namespace berth::service {
namespace {

namespace lifecycle = engine::lifecycle;

// Rows of one transaction: other writers wait no longer than for these.
constexpr std::size_t kChunk = 500;
constexpr auto kLease = std::chrono::minutes(10);
constexpr auto kKept = std::chrono::hours(24);
constexpr auto kLongest = std::chrono::minutes(5);

meta::PreviewEntry entry_of(const LifecyclePlan& made, std::size_t position) {
  const auto index = made.plan.acted_on[position];
  const auto& image = made.images.images[index];
  const auto& decision = made.plan.decisions[index];
  return {.position = static_cast<std::int64_t>(position),
          .digest = image.digest.text(),
          .tags = image.tags,
          .pushed = image.pushed,
          .priority = made.policy.rules[static_cast<std::size_t>(decision.rule)].priority,
          .archives = decision.fate == lifecycle::Fate::archive,
          .archived = image.storage == lifecycle::StorageClass::archive};
}

}  // namespace

base::Result<std::size_t> LifecyclePreviewMaker::step() {
  const auto deadline = base::Deadline::after(core_.limits.call);
  const auto now = core_.clock.now();
  BERTH_TRY(const bool due,
            core_.store.read(deadline, [&](meta::Tx& tx) { return tx.lifecycle_previews().any_due(now); }));
  if (!due) return 0;
  const auto id = core_.new_ulid();
  BERTH_TRY(const auto claim, core_.store.write(deadline, [&](meta::Tx& tx) {
    return tx.lifecycle_previews().claim(now, now + kLease, id);
  }));
  if (claim) {
    BERTH_CHECK(make(*claim));
    return 1;
  }
  BERTH_TRY(const auto expired,
            core_.store.write(deadline, [&](meta::Tx& tx) { return tx.lifecycle_previews().expire(now); }));
  if (!expired) return 0;
  BERTH_CHECK(clear(*expired));
  return 1;
}

base::Result<void> LifecyclePreviewMaker::clear(const std::string& repository) {
  for (;;) {
    BERTH_TRY(const auto gone, core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
      return tx.lifecycle_previews().clear(repository, static_cast<std::int64_t>(kChunk));
    }));
    if (gone == 0) return {};
  }
}

base::Result<bool> LifecyclePreviewMaker::write_part(const meta::PreviewClaim& claim, const Part& part) {
  const auto until = core_.clock.now() + kLease;
  return core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) -> base::Result<bool> {
    BERTH_TRY(const bool holds, tx.lifecycle_previews().extend(claim, until));
    if (holds) BERTH_CHECK(part(tx));
    return holds;
  });
}

base::Result<void> LifecyclePreviewMaker::make(const meta::PreviewClaim& claim) {
  for (std::int64_t gone = 1; gone > 0;) {
    BERTH_TRY(const bool holds, write_part(claim, [&](meta::Tx& tx) -> base::Result<void> {
                BERTH_TRY(gone, tx.lifecycle_previews().clear(claim.repository, static_cast<std::int64_t>(kChunk)));
                return {};
              }));
    if (!holds) return {};
  }
  meta::PreviewRow outcome{.id = claim.id, .text = claim.text, .status = meta::PreviewStatus::failed};
  auto policy = engine::lifecycle::parse_policy(claim.text);
  if (!policy) {
    log_.error("lifecycle preview", policy.error());
  } else {
    BERTH_TRY(const auto made, plan_lifecycle(core_.store, base::Deadline::after(kLongest), claim.repository,
                                              *std::move(policy), core_.clock.now()));
    for (std::size_t begin = 0; begin < made.plan.acted_on.size(); begin += kChunk) {
      std::vector<meta::PreviewEntry> entries;
      const auto end = std::min(begin + kChunk, made.plan.acted_on.size());
      for (std::size_t i = begin; i < end; ++i) entries.push_back(entry_of(made, i));
      BERTH_TRY(const bool holds, write_part(claim, [&](meta::Tx& tx) {
                  return tx.lifecycle_previews().add(claim.repository, entries);
                }));
      if (!holds) return {};
    }
    outcome.status = meta::PreviewStatus::complete;
    outcome.expiring = made.plan.expiring;
    outcome.archiving = made.plan.archiving;
  }
  BERTH_CHECK(core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
    return tx.lifecycle_previews().finish(claim, outcome, core_.clock.now() + kKept);
  }));
  return {};
}

}  // namespace berth::service
