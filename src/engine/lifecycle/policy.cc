#include "engine/lifecycle/policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/lifecycle/rules.h"
#include "engine/lifecycle/schema.h"
#include "json/parse.h"

namespace berth::engine::lifecycle {
namespace {

// Of a tag that can be put; ECR's model allows longer ones than its docker door does.
constexpr std::size_t kMaxTag = 300;

base::Result<Policy> refuse(const std::string& problems) {
  return base::fail_parameter("LifecyclePolicyText", "Lifecycle policy validation failure: " + problems);
}

// Calls `read` with the member `name`, if there is one.
template <class Read>
void with(const json::Value& value, std::string_view name, Read read) {
  if (const json::Value* member = value.find(name)) read(*member);
}

template <class T>
void set(T& field, std::optional<T> value) {
  if (value) field = *value;
}

void read_selection(const json::Value& value, bool extended, Rule& rule, Problems& problems) {
  Names optional{"tagPatternList", "tagPrefixList", "storageClass", "countUnit"};
  Names required{"tagStatus"};
  // Of `retain` a count is optional.
  for (const std::string_view name : {"countType", "countNumber"}) {
    (rule.action == Action::retain ? optional : required).push_back(name);
  }
  if (extended) optional.push_back("semver");
  if (!object_of(value, required, optional, problems)) return;
  with(value, "tagStatus", [&](const auto& v) { set(rule.tag_status, enum_of(v, enum_names(TagStatus{}), problems)); });
  with(value, "tagPatternList", [&](const auto& v) { rule.patterns = strings_of(v, kMaxTag, problems); });
  with(value, "tagPrefixList", [&](const auto& v) { rule.prefixes = strings_of(v, kMaxTag, problems); });
  with(value, "storageClass",
       [&](const auto& v) { set(rule.storage, enum_of(v, enum_names(StorageClass{}), problems)); });
  with(value, "countType", [&](const auto& v) { rule.count_type = enum_of(v, enum_names(CountType{}), problems); });
  with(value, "countNumber", [&](const auto& v) { set(rule.count, integer_of(v, 1, problems)); });
  with(value, "semver", [&](const auto& v) { rule.semver = enum_of(v, enum_names(VersionPart{}), problems); });
  bool days = false;
  with(value, "countUnit", [&](const auto& v) {
    days = true;
    enum_of(v, std::to_array<std::pair<std::string_view, bool>>({{"days", true}}), problems);
  });
  if (problems.empty()) check_selection(rule, days, value.find("countNumber") != nullptr, extended, problems);
}

void read_action(const json::Value& value, bool extended, Rule& rule, Problems& problems) {
  if (!object_of(value, {"type"}, {"targetStorageClass"}, problems)) return;
  std::vector<std::pair<std::string_view, Action>> types{{"expire", Action::expire},
                                                         {"transition", Action::transition}};
  if (extended) types.emplace_back("retain", Action::retain);
  with(value, "type", [&](const auto& v) { set(rule.action, enum_of(v, types, problems)); });
  const json::Value* target = value.find("targetStorageClass");
  if (target && !target->is_null()) {
    enum_of(*target, std::to_array<std::pair<std::string_view, bool>>({{"archive", true}}), problems);
  }
  if (value.find("type") && (rule.action == Action::transition) != (target != nullptr)) {
    problems.add(std::string(kNoSchema));
  }
}

Rule read_rule(const json::Value& value, bool extended, Problems& problems) {
  Rule rule;
  if (!object_of(value, {"rulePriority", "selection", "action"}, {"description"}, problems)) return rule;
  with(value, "rulePriority", [&](const auto& v) { set(rule.priority, integer_of(v, 1, problems)); });
  with(value, "description", [&](const auto& v) {
    if (const std::string* text = string_of(v, problems)) rule.description = *text;
  });
  with(value, "action", [&](const auto& v) { read_action(v, extended, rule, problems); });
  with(value, "selection", [&](const auto& v) { read_selection(v, extended, rule, problems); });
  return rule;
}

void read_extensions(const json::Value& value, Policy& policy, Problems& problems) {
  if (!object_of(value, {}, {"keepPulledWithinDays"}, problems)) return;
  with(value, "keepPulledWithinDays", [&](const auto& v) { policy.keep_pulled_days = integer_of(v, 1, problems); });
}

bool too_wide(const Policy& policy) {
  return policy.keep_pulled_days.value_or(0) > kMaxNumber || std::ranges::any_of(policy.rules, [](const Rule& rule) {
           return rule.priority > kMaxNumber || rule.count > kMaxNumber;
         });
}

}  // namespace

base::Result<Policy> parse_policy(std::string_view text) {
  constexpr std::string_view kNoPolicy = "Could not map policyString into LifecyclePolicy.";
  const auto document = json::parse(text, {.depth = 16});
  if (!document || !document->as_object()) return refuse(std::string(kNoPolicy));
  Policy policy;
  Problems problems;
  const json::Value* extensions = document->find("berth");
  policy.extended = extensions != nullptr;
  object_of(*document, {"rules"}, {"berth"}, problems);
  if (extensions) read_extensions(*extensions, policy, problems);
  if (const json::Value* rules = document->find("rules")) {
    if (const json::Array* array = array_of(*rules, 1, kMaxRules, problems)) {
      for (const json::Value& rule : *array) policy.rules.push_back(read_rule(rule, policy.extended, problems));
    }
  }
  if (!problems.empty()) return refuse(problems.text());
  if (too_wide(policy)) return refuse(std::string(kNoPolicy));
  std::ranges::sort(policy.rules, {}, &Rule::priority);
  check_rules(policy.rules, problems);
  if (!problems.empty()) return refuse(problems.text());
  return policy;
}

bool transitions(const Policy& policy) {
  return std::ranges::any_of(policy.rules, [](const Rule& rule) { return rule.action == Action::transition; });
}

}  // namespace berth::engine::lifecycle
