#include "engine/lifecycle/plan.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "engine/lifecycle/holders.h"
#include "engine/lifecycle/referrers.h"
#include "engine/lifecycle/selection.h"

namespace berth::engine::lifecycle {
namespace {

// Youngest first. Of one time, by digest: the same images make the same plan.
std::vector<ImageIndex> by_age(const std::vector<Image>& images) {
  std::vector<ImageIndex> order(images.size());
  std::iota(order.begin(), order.end(), ImageIndex{0});
  std::ranges::sort(order, [&](ImageIndex a, ImageIndex b) {
    const auto when_a = counted_from(images[a]);
    const auto when_b = counted_from(images[b]);
    return when_a != when_b ? when_a > when_b : images[a].digest < images[b].digest;
  });
  return order;
}

// What an action does to an image over the limit. `retain` does nothing to it, but counts as `expire` does.
Fate fate_of(Action action) {
  switch (action) {
    case Action::expire:
    case Action::retain: return Fate::expire;
    case Action::transition: return Fate::archive;
  }
  std::unreachable();
}

class Planner {
 public:
  Planner(const Repository& repository, const Policy& policy, base::Timestamp now)
      : repository_(repository), policy_(policy), now_(now), holders_(repository), counters_(policy.rules.size()) {
    for (std::size_t r = 0; r < policy_.rules.size(); ++r) {
      if (policy_.rules[r].semver) counters_[r].lowest_kept = lowest_version_kept(policy_.rules[r]);
    }
  }

  Plan make() {
    Plan plan;
    plan.decisions.resize(repository_.images.size());
    const auto order = by_age(repository_.images);
    for (const ImageIndex image : order) plan.decisions[image] = decide(image);
    follow_subjects(repository_.images, holders_, plan.decisions);
    collect(order, plan);
    return plan;
  }

 private:
  struct Counter {
    std::int64_t seen = 0;                   // images counted so far, youngest first
    std::optional<VersionLine> lowest_kept;  // of a rule that counts versions
  };

  const Image& at(ImageIndex image) const { return repository_.images[image]; }

  bool counted(ImageIndex image, const Rule& rule) const {
    return at(image).subject == kNoImage && holders_.of(image, fate_of(rule.action)) == kNoImage;
  }

  // Nothing: there are fewer versions than the rule keeps.
  std::optional<VersionLine> lowest_version_kept(const Rule& rule) const {
    std::set<VersionLine> kept;
    for (ImageIndex image = 0; image < repository_.images.size(); ++image) {
      if (!selects(rule, at(image)) || !counted(image, rule)) continue;
      kept.insert(*version_of(rule, at(image)));
      if (kept.size() > static_cast<std::size_t>(rule.count)) kept.erase(kept.begin());
    }
    return kept.size() < static_cast<std::size_t>(rule.count) ? std::nullopt : std::optional(*kept.begin());
  }

  static bool counts_images(const Rule& rule) {
    return rule.count_type == CountType::image_count_more_than && !rule.semver;
  }

  bool over(const Rule& rule, const Counter& counter, ImageIndex image) const {
    if (!rule.count_type) return false;
    if (rule.semver) return counter.lowest_kept && *version_of(rule, at(image)) < *counter.lowest_kept;
    if (counts_images(rule)) return counter.seen >= rule.count;
    return too_old(rule, at(image), now_);
  }

  // Called youngest first. Looks at no more rules than can matter: those before the image's own, and behind it those
  // that have not counted up to their limit.
  Decision decide(ImageIndex image) {
    std::optional<std::pair<std::size_t, bool>> owner;
    for (std::size_t r = 0; r < policy_.rules.size(); ++r) {
      const Rule& rule = policy_.rules[r];
      Counter& counter = counters_[r];
      const bool counting = counts_images(rule) && counter.seen < rule.count && counted(image, rule);
      if ((owner && !counting) || !selects(rule, at(image))) continue;
      const bool over_limit = over(rule, counter, image);
      if (counting) ++counter.seen;
      if (!owner && !(rule.action == Action::retain && over_limit)) owner.emplace(r, over_limit);
    }
    if (!owner) return {.reason = Reason::no_rule};
    return judge(image, owner->first, owner->second);
  }

  Decision judge(ImageIndex image, std::size_t r, bool over_limit) const {
    const Rule& rule = policy_.rules[r];
    Decision decision{.rule = static_cast<std::int16_t>(r)};
    const ImageIndex holder = holders_.of(image, fate_of(rule.action));
    if (rule.action == Action::retain) {
      decision.reason = Reason::retained;
    } else if (!over_limit) {
      decision.reason = Reason::within_limit;
    } else if (policy_.keep_pulled_days && at(image).pulled &&
               !more_than_days(*at(image).pulled, now_, *policy_.keep_pulled_days)) {
      decision.reason = Reason::pulled_recently;
    } else if (holder != kNoImage) {
      decision.reason = Reason::held_by_list;
      decision.other = holder;
    } else {
      decision.reason = Reason::over_limit;
      decision.fate = fate_of(rule.action);
    }
    return decision;
  }

  // Oldest first, referrers behind the subject whose fate they share.
  void collect(const std::vector<ImageIndex>& order, Plan& plan) const {
    const Followers followers(repository_.images, plan.decisions);
    for (auto each = order.rbegin(); each != order.rend(); ++each) {
      const Decision& decision = plan.decisions[*each];
      if (decision.fate == Fate::keep || decision.reason == Reason::follows_subject) continue;
      followers.append(*each, plan.acted_on);
    }
    for (const ImageIndex image : plan.acted_on) {
      ++(plan.decisions[image].fate == Fate::expire ? plan.expiring : plan.archiving);
    }
  }

  const Repository& repository_;
  const Policy& policy_;
  base::Timestamp now_;
  Holders holders_;
  std::vector<Counter> counters_;
};

}  // namespace

base::Timestamp counted_from(const Image& image) { return image.activated.value_or(image.pushed); }

Plan make_plan(const Repository& repository, const Policy& policy, base::Timestamp now) {
  return Planner(repository, policy, now).make();
}

Plan make_plan(const Repository& repository, const Policies& policies, base::Timestamp now) {
  if (const Policy* policy = policies.effective()) return make_plan(repository, *policy, now);
  Plan plan;
  plan.decisions.resize(repository.images.size());
  return plan;
}

}  // namespace berth::engine::lifecycle
