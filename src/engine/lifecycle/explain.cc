#include "engine/lifecycle/explain.h"

#include <utility>

namespace berth::engine::lifecycle {
namespace {

std::string_view name(VersionPart part) {
  for (const auto& [text, value] : enum_names(part)) {
    if (value == part) return text;
  }
  std::unreachable();
}

std::string counted(std::int64_t n, std::string_view what) {
  return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

// What is true of an image within the rule's limit.
std::string limit(const Rule& rule) {
  if (!rule.count_type) return "all of them stay";
  const std::string days = counted(rule.count, "day");
  switch (*rule.count_type) {
    case CountType::image_count_more_than:
      if (rule.semver) return "of the highest " + counted(rule.count, std::string(name(*rule.semver)) + " version");
      return "among the newest " + counted(rule.count, "image");
    case CountType::since_image_pushed: return "pushed within " + days;
    case CountType::since_image_pulled: return "pulled or pushed within " + days;
    case CountType::since_image_transitioned: return "archived within " + days;
  }
  std::unreachable();
}

std::string subject(const Repository& repository, const Decision& decision) {
  return decision.other == kNoImage ? "its subject" : repository.images[decision.other].digest.text();
}

std::string by_rule(const Repository& repository, const Policy& policy, const Decision& decision) {
  const Rule& rule = policy.rules[static_cast<std::size_t>(decision.rule)];
  const std::string of_rule = "rule " + std::to_string(rule.priority);
  switch (decision.reason) {
    case Reason::no_policy:
    case Reason::no_rule:
    case Reason::subject_stays: break;
    case Reason::within_limit: return of_rule + " selects it, and it is within its limit: " + limit(rule);
    case Reason::over_limit: return of_rule + " acts on it: not " + limit(rule);
    case Reason::retained: return of_rule + " retains it: " + limit(rule);
    case Reason::pulled_recently:
      return of_rule + " would act on it, but it was pulled within " +
             counted(policy.keep_pulled_days.value_or(0), "day");
    case Reason::held_by_list:
      return of_rule + " would act on it, but the manifest list " + subject(repository, decision) + " has it";
    case Reason::follows_subject: return of_rule + " acts on its subject " + subject(repository, decision);
  }
  std::unreachable();
}

}  // namespace

std::string_view name(Fate fate) {
  switch (fate) {
    case Fate::keep: return "keep";
    case Fate::expire: return "expire";
    case Fate::archive: return "archive";
  }
  std::unreachable();
}

std::string_view name(Reason reason) {
  switch (reason) {
    case Reason::no_policy: return "no_policy";
    case Reason::no_rule: return "no_rule";
    case Reason::within_limit: return "within_limit";
    case Reason::over_limit: return "over_limit";
    case Reason::retained: return "retained";
    case Reason::pulled_recently: return "pulled_recently";
    case Reason::held_by_list: return "held_by_list";
    case Reason::follows_subject: return "follows_subject";
    case Reason::subject_stays: return "subject_stays";
  }
  std::unreachable();
}

std::string explain(const Repository& repository, const Policy* policy, const Decision& decision) {
  if (decision.reason == Reason::no_policy || !policy) return "there is no lifecycle policy";
  if (decision.reason == Reason::no_rule) return "no rule selects it";
  if (decision.reason == Reason::subject_stays) {
    return "it belongs to its subject " + subject(repository, decision) + ", which stays";
  }
  return by_rule(repository, *policy, decision);
}

}  // namespace berth::engine::lifecycle
