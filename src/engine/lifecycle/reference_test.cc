// The planner against a slow and obvious one, on random repositories and policies.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "engine/lifecycle/explain.h"
#include "engine/lifecycle/lifecycle_test_support.h"
#include "engine/lifecycle/version.h"

namespace berth::engine::lifecycle {
namespace {

// Says ecr.md 2.4 in its own order: each rule alone, then rules by priority, then referrers. Quadratic or worse.
class Reference {
 public:
  Reference(const Repository& repository, const Policy& policy)
      : images_(repository.images), repository_(repository), policy_(policy) {}

  Decision decide(ImageIndex i) const {
    const Decision own = by_rules(i);
    if (images_[i].subject == kNoImage || own.reason == Reason::retained) return own;
    const Decision subject = decide(images_[i].subject);
    const bool there_already = subject.fate == Fate::archive && images_[i].storage == StorageClass::archive;
    if (subject.fate == Fate::keep || there_already) {
      return {.reason = Reason::subject_stays, .rule = subject.rule, .other = images_[i].subject};
    }
    if (held(i, subject.fate)) return {.reason = Reason::held_by_list, .rule = subject.rule};
    return {.fate = subject.fate, .reason = Reason::follows_subject, .rule = subject.rule, .other = images_[i].subject};
  }

 private:
  static bool wild(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] != '*') return !text.empty() && pattern[0] == text[0] && wild(pattern.substr(1), text.substr(1));
    return wild(pattern.substr(1), text) || (!text.empty() && wild(pattern, text.substr(1)));
  }

  static bool names(const Rule& rule, const std::string& tag) {
    if (rule.tag_status == TagStatus::any) return true;
    for (const auto& pattern : rule.patterns) {
      if (wild(pattern, tag)) return true;
    }
    for (const auto& prefix : rule.prefixes) {
      if (wild(prefix + "*", tag)) return true;
    }
    return false;
  }

  static std::set<VersionLine> versions(const Rule& rule, const Image& image) {
    std::set<VersionLine> out;
    for (const auto& tag : image.tags) {
      const auto line = version_line(tag, *rule.semver);
      if (line && names(rule, tag)) out.insert(*line);
    }
    return out;
  }

  static bool selected(const Rule& rule, const Image& image) {
    if (rule.storage != image.storage) return false;
    if (rule.semver && versions(rule, image).empty()) return false;
    if (rule.tag_status == TagStatus::any) return true;
    if (rule.tag_status == TagStatus::untagged) return image.tags.empty();
    auto matched = [&](const std::string& pattern) {
      return std::any_of(image.tags.begin(), image.tags.end(), [&](const auto& tag) { return wild(pattern, tag); });
    };
    for (const auto& pattern : rule.patterns) {
      if (!matched(pattern)) return false;
    }
    for (const auto& prefix : rule.prefixes) {
      if (!matched(prefix + "*")) return false;
    }
    return true;
  }

  bool held(ImageIndex i, Fate fate) const {
    for (const auto& [list, member] : repository_.memberships) {
      if (member == i && (fate == Fate::expire || images_[list].storage == StorageClass::standard)) return true;
    }
    return false;
  }

  static Fate fate(const Rule& rule) { return rule.action == Action::transition ? Fate::archive : Fate::expire; }

  bool counts(const Rule& rule, ImageIndex i) const {
    return selected(rule, images_[i]) && images_[i].subject == kNoImage && !held(i, fate(rule));
  }

  static bool younger(const Image& a, const Image& b) {
    const auto when = [](const Image& image) { return image.activated ? *image.activated : image.pushed; };
    return when(a) > when(b) || (when(a) == when(b) && a.digest < b.digest);
  }

  bool identified(const Rule& rule, ImageIndex i) const {
    const Image& image = images_[i];
    if (!rule.count_type) return false;
    const auto older = [&](base::Timestamp time) { return kNow - time > std::chrono::days(rule.count); };
    switch (*rule.count_type) {
      case CountType::image_count_more_than: break;
      case CountType::since_image_pushed: return older(image.pushed);
      case CountType::since_image_pulled:
        return older(image.pushed) && (!image.activated || older(*image.activated)) &&
               (!image.pulled || older(*image.pulled));
      case CountType::since_image_transitioned: return image.archived && older(*image.archived);
    }
    std::set<VersionLine> higher;
    std::int64_t before = 0;
    for (ImageIndex other = 0; other < images_.size(); ++other) {
      if (!counts(rule, other)) continue;
      if (rule.semver) {
        const auto theirs = *versions(rule, images_[other]).rbegin();
        if (theirs > *versions(rule, image).rbegin()) higher.insert(theirs);
      } else if (younger(images_[other], image)) {
        ++before;
      }
    }
    return (rule.semver ? static_cast<std::int64_t>(higher.size()) : before) >= rule.count;
  }

  Decision by_rules(ImageIndex i) const {
    for (std::size_t r = 0; r < policy_.rules.size(); ++r) {
      const Rule& rule = policy_.rules[r];
      const auto index = static_cast<std::int16_t>(r);
      if (!selected(rule, images_[i])) continue;
      const bool over = identified(rule, i);
      if (rule.action == Action::retain) {
        if (over) continue;
        return {.reason = Reason::retained, .rule = index};
      }
      if (!over) return {.reason = Reason::within_limit, .rule = index};
      if (policy_.keep_pulled_days && images_[i].pulled &&
          kNow - *images_[i].pulled <= std::chrono::days(*policy_.keep_pulled_days)) {
        return {.reason = Reason::pulled_recently, .rule = index};
      }
      if (held(i, fate(rule))) return {.reason = Reason::held_by_list, .rule = index};
      return {.fate = fate(rule), .reason = Reason::over_limit, .rule = index};
    }
    return {.reason = Reason::no_rule};
  }

  const std::vector<Image>& images_;
  const Repository& repository_;
  const Policy& policy_;
};

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  std::size_t below(std::size_t n) { return engine_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  const std::string& of(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }
  // Ages collide on purpose, and stand on the edge of days.
  base::Timestamp time() {
    return days_ago(static_cast<double>(below(12))) - std::chrono::microseconds(below(3)) +
           std::chrono::microseconds(1);
  }

 private:
  std::mt19937 engine_;
};

Repository random_repository(Dice& dice) {
  const std::vector<std::string> tags{"a",      "a1",        "ab",     "b",     "b1",    "prod",
                                      "prod-1", "v1.0.0",    "v1.1.0", "1.1.5", "2.0.0", "3.1.0",
                                      "10.0.0", "2.0.0-rc1", "latest", "x-dev", "ba",    "v2"};
  Repository repository;
  const std::size_t size = dice.below(24);
  for (std::size_t i = 0; i < size; ++i) {
    const std::string name = std::to_string(dice.below(1'000'000)) + "/" + std::to_string(i);
    Image image{.digest = model::Digest::from_raw(model::DigestAlgorithm::sha256, crypto::sha256(base::as_bytes(name))),
                .pushed = dice.time()};
    for (std::size_t n = dice.below(4); n > 0; --n) image.tags.push_back(dice.of(tags));
    if (dice.one_in(3)) image.pulled = dice.time();
    if (dice.one_in(6)) image.activated = dice.time();
    if (dice.one_in(4)) {
      image.storage = StorageClass::archive;
      image.archived = days_ago(85.0 + static_cast<double>(dice.below(12)));
    }
    // What comes later knows what came before: no rings, as with digests.
    if (i > 0 && dice.one_in(6)) image.subject = static_cast<ImageIndex>(dice.below(i));
    if (i > 0 && dice.one_in(5)) {
      for (std::size_t n = 1 + dice.below(3); n > 0; --n) {
        repository.memberships.push_back(
            {.list = static_cast<ImageIndex>(i), .member = static_cast<ImageIndex>(dice.below(i))});
      }
    }
    repository.images.push_back(std::move(image));
  }
  return repository;
}

Rule random_rule(Dice& dice, std::int64_t priority) {
  const std::vector<std::string> patterns{"a*", "*", "b", "prod*", "v*", "*.0.0", "*-*", "a*b*", "latest"};
  const std::vector<std::string> prefixes{"a", "b", "prod", "v", "1", "2"};
  Rule rule{.priority = priority};
  switch (dice.below(4)) {
    case 0: rule.tag_status = TagStatus::any; break;
    case 1: rule.tag_status = TagStatus::untagged; break;
    default:
      rule.tag_status = TagStatus::tagged;
      for (std::size_t n = 1 + dice.below(2); n > 0; --n) {
        if (rule.prefixes.empty() && (dice.one_in(2) || !rule.patterns.empty())) {
          rule.patterns.push_back(dice.of(patterns));
        } else {
          rule.prefixes.push_back(dice.of(prefixes));
        }
      }
  }
  rule.count_type = static_cast<CountType>(dice.below(4));
  rule.count = static_cast<std::int64_t>(1 + dice.below(8));
  rule.action = static_cast<Action>(dice.below(3));
  if (rule.count_type == CountType::since_image_transitioned) {
    rule.storage = StorageClass::archive;
    rule.count = static_cast<std::int64_t>(88 + dice.below(6));
    if (rule.action == Action::transition) rule.action = Action::expire;
  }
  const bool versions = rule.count_type == CountType::image_count_more_than && rule.tag_status != TagStatus::untagged;
  if (versions && dice.one_in(2)) rule.semver = static_cast<VersionPart>(dice.below(3));
  if (rule.action == Action::retain && dice.one_in(3)) rule.count_type.reset(), rule.semver.reset();
  return rule;
}

std::string told(const Repository& repository, const Policy& policy, ImageIndex image, const Decision& decision) {
  return repository.images[image].digest.text() + ": " + std::string(name(decision.fate)) + ", " +
         explain(repository, &policy, decision);
}

TEST(ReferenceTest, RandomRepositories) {
  for (std::uint32_t seed = 1; seed <= 4'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice(seed);
    const Repository repository = random_repository(dice);
    Policy policy;
    for (std::size_t n = 1 + dice.below(6), i = 1; i <= n; ++i) {
      policy.rules.push_back(random_rule(dice, static_cast<std::int64_t>(i)));
    }
    if (dice.one_in(4)) policy.keep_pulled_days = static_cast<std::int64_t>(1 + dice.below(10));
    const Plan plan = make_plan(repository, policy, kNow);
    const Reference reference(repository, policy);
    std::size_t acted = 0;
    for (ImageIndex i = 0; i < repository.images.size(); ++i) {
      const Decision wanted = reference.decide(i);
      const Decision& got = plan.decisions[i];
      acted += wanted.fate != Fate::keep;
      ASSERT_TRUE(got.fate == wanted.fate && got.reason == wanted.reason && got.rule == wanted.rule)
          << told(repository, policy, i, got) << "\nwanted: " << told(repository, policy, i, wanted);
    }
    ASSERT_EQ(plan.acted_on.size(), acted);
    ASSERT_EQ(std::set(plan.acted_on.begin(), plan.acted_on.end()).size(), acted);
    ASSERT_EQ(plan.expiring + plan.archiving, acted);
  }
}

}  // namespace
}  // namespace berth::engine::lifecycle
