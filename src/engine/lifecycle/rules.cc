#include "engine/lifecycle/rules.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace berth::engine::lifecycle {
namespace {

void check_tags(const Rule& rule, Problems& problems) {
  const bool listed = !rule.patterns.empty() || !rule.prefixes.empty();
  if (rule.tag_status == TagStatus::tagged && !listed) {
    problems.add("Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.");
  }
  if (rule.tag_status != TagStatus::tagged && listed) {
    problems.add("tagPrefixList and tagPatternList can be specified only when tagStatus=TAGGED.");
  }
  if (!rule.patterns.empty() && !rule.prefixes.empty()) {
    problems.add("Only one of tagPrefixList and tagPatternList can be specified.");
  }
  for (const std::string& pattern : rule.patterns) {
    if (std::ranges::count(pattern, '*') > static_cast<std::ptrdiff_t>(kMaxWildcards)) {
      problems.add("Tag pattern '" + pattern + "' has more than " + std::to_string(kMaxWildcards) + " wildcards (*).");
    }
  }
}

void refuse_count(std::string_view why, Problems& problems) {
  problems.add(std::string(kNoSchema));
  problems.add(std::string(why));
}

// Which actions and storage classes a count type goes with.
void check_count_type(const Rule& rule, bool extended, Problems& problems) {
  if (!rule.count_type) return;
  switch (*rule.count_type) {
    case CountType::image_count_more_than:
    case CountType::since_image_pushed: break;
    case CountType::since_image_pulled:
      if (rule.action == Action::expire && !extended) {
        refuse_count("sinceImagePulled requires the action type transition", problems);
      }
      break;
    case CountType::since_image_transitioned:
      if (rule.action == Action::transition) {
        refuse_count("sinceImageTransitioned requires the action type expire", problems);
      }
      if (rule.storage != StorageClass::archive) {
        refuse_count("sinceImageTransitioned requires the storageClass archive", problems);
      }
      if (rule.action == Action::expire && rule.count < kMinDaysArchived) {
        problems.add("numeric instance is lower than the required minimum (minimum: " +
                     std::to_string(kMinDaysArchived) + ", found: " + std::to_string(rule.count) + ")");
      }
      return;
  }
  if (rule.storage == StorageClass::archive) {
    refuse_count("the storageClass archive requires the countType sinceImageTransitioned", problems);
  }
}

bool measured_in_days(const Rule& rule) {
  return rule.count_type && *rule.count_type != CountType::image_count_more_than;
}

// An image has one owner among the rules only if no two of them select by the same words. Not so for `retain`, which
// hands on what it does not keep.
void check_overlap(const std::vector<Rule>& rules, Problems& problems) {
  std::set<StorageClass> untagged;
  std::set<std::tuple<StorageClass, bool, std::set<std::string>>> lists;
  for (const Rule& rule : rules) {
    if (rule.action == Action::retain) continue;
    switch (rule.tag_status) {
      case TagStatus::any: break;
      case TagStatus::untagged:
        if (!untagged.insert(rule.storage).second) {
          problems.add("Only one rule can select Untagged images per storage class");
        }
        break;
      case TagStatus::tagged: {
        const auto& list = rule.patterns.empty() ? rule.prefixes : rule.patterns;
        if (!lists.emplace(rule.storage, rule.patterns.empty(), std::set(list.begin(), list.end())).second) {
          problems.add("Rules must have unique sets of tag " +
                       std::string(rule.patterns.empty() ? "prefixes" : "patterns") + " per storage class");
        }
        break;
      }
    }
  }
}

}  // namespace

void check_selection(const Rule& rule, bool days, bool counted, bool extended, Problems& problems) {
  check_tags(rule, problems);
  if (rule.count_type.has_value() != counted) {
    refuse_count("countType and countNumber require each other", problems);
  } else if (measured_in_days(rule) != days) {
    refuse_count(days ? "countUnit is allowed only with a countType that is an age"
                      : "countUnit is required with a countType that is an age",
                 problems);
  }
  check_count_type(rule, extended, problems);
  if (!rule.semver) return;
  if (rule.count_type != CountType::image_count_more_than) {
    problems.add("semver requires the countType imageCountMoreThan");
  }
  if (rule.tag_status == TagStatus::untagged) problems.add("semver requires images with tags");
}

void check_rules(const std::vector<Rule>& rules, Problems& problems) {
  if (std::ranges::adjacent_find(rules, {}, &Rule::priority) != rules.end()) {
    problems.add("Rule priorities must be unique");
  }
  check_overlap(rules, problems);
  for (const StorageClass storage : {StorageClass::standard, StorageClass::archive}) {
    bool any = false;
    for (const Rule& rule : rules) {
      if (rule.action == Action::retain || rule.storage != storage) continue;
      if (any) problems.add("Rule for tagStatus=ANY must have the lowest priority per storage class");
      any = any || rule.tag_status == TagStatus::any;
    }
  }
}

}  // namespace berth::engine::lifecycle
