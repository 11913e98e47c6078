#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/read.h"

namespace berth::policy::detail {
namespace {

enum class Presence : std::uint8_t { required, optional, prohibited };

// What a kind of document asks of its statements (document.h, Kind).
struct Rules {
  Presence principal;
  Presence resource;
  bool plain_sids;          // letters and digits
  std::string_view vendor;  // of all actions; empty: any
};

Rules rules_of(Kind kind) {
  switch (kind) {
    case Kind::identity:
    case Kind::service_control: return {Presence::prohibited, Presence::required, true, ""};
    case Kind::trust: return {Presence::required, Presence::prohibited, true, "sts"};
    case Kind::repository: return {Presence::required, Presence::optional, false, "ecr"};
    case Kind::public_repository: return {Presence::required, Presence::optional, false, "ecr-public"};
    case Kind::registry: return {Presence::required, Presence::required, false, "ecr"};
    case Kind::endpoint: return {Presence::required, Presence::required, false, ""};
  }
  return {};
}

constexpr std::array<std::string_view, 9> kElements{"Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
                                                    "NotAction", "Resource", "NotResource", "Condition"};

// Of two elements that exclude each other, the one that is there.
struct Choice {
  const json::Value* value = nullptr;
  bool negated = false;
  std::string at;
};

base::Result<Choice> choose(const json::Value& statement, std::string_view name, const std::string& at) {
  const std::string other = "Not" + std::string(name);
  const json::Value* const plain = statement.find(name);
  const json::Value* const negated = statement.find(other);
  if (plain != nullptr && negated != nullptr) {
    return malformed(at, std::string(name) + " and " + other + " exclude each other");
  }
  if (negated != nullptr) return Choice{negated, true, member(at, other)};
  return Choice{plain, false, member(at, name)};
}

base::Result<void> read_sid(const Rules& rules, const json::Value& value, Statement& out, const std::string& at) {
  const json::Value* const sid = value.find("Sid");
  if (sid == nullptr) return {};
  const std::string* const text = sid->as_string();
  if (text == nullptr) return malformed(member(at, "Sid"), "must be a string");
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (rules.plain_sids && !std::ranges::all_of(*text, plain)) {
    return malformed(
        member(at, "Sid"),
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
        "[0-9A-Za-z]*");
  }
  out.sid = *text;
  return {};
}

base::Result<void> read_effect(const json::Value& value, Statement& out, const std::string& at) {
  const json::Value* const effect = value.find("Effect");
  if (effect == nullptr) return malformed(at, "Missing required field Effect");
  const std::string* const text = effect->as_string();
  if (text == nullptr || (*text != "Allow" && *text != "Deny")) {
    return malformed(member(at, "Effect"), "Invalid effect: must be Allow or Deny");
  }
  out.deny = *text == "Deny";
  return {};
}

base::Result<void> read_principal(const Rules& rules, const json::Value& value, Statement& out, const std::string& at) {
  BERTH_TRY(const Choice choice, choose(value, "Principal", at));
  if (choice.value == nullptr) {
    if (rules.principal == Presence::required) return malformed(at, "Missing required field Principal");
    return {};
  }
  if (rules.principal == Presence::prohibited) {
    return malformed(choice.at, "Policy document should not specify a principal.");
  }
  if (choice.negated && !out.deny) {
    return malformed(choice.at, "Allow with NotPrincipal is not supported.");
  }
  BERTH_TRY(out.principals, read_principals(*choice.value, choice.negated, choice.at));
  return {};
}

base::Result<void> check_action(const Rules& rules, std::string_view action, const std::string& at) {
  if (action == "*" && rules.vendor != "sts") return {};
  const std::size_t colon = action.find(':');
  if (colon == std::string_view::npos && rules.vendor != "sts") {
    return malformed(at, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  if (std::ranges::count(action, ':') > 1) return malformed(at, "Actions/Condition can contain only one colon.");
  const std::string_view vendor = action.substr(0, colon);
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
  };
  if (vendor != "*" && (vendor.empty() || !std::ranges::all_of(vendor, plain))) {
    return malformed(at, "Vendor " + std::string(vendor) + " is not valid");
  }
  if (rules.vendor.empty() || base::to_lower(vendor) == rules.vendor) return {};
  if (rules.vendor == "sts") return malformed(at, "AssumeRole policy may only specify STS AssumeRole actions.");
  return malformed(at, "only actions of " + std::string(rules.vendor) + " can be given here");
}

base::Result<void> read_action(const Rules& rules, const json::Value& value, Statement& out, const std::string& at) {
  constexpr std::string_view kNone = "Policy statement must contain actions.";
  BERTH_TRY(const Choice choice, choose(value, "Action", at));
  if (choice.value == nullptr) return malformed(at, kNone);
  BERTH_TRY(out.actions, read_strings(*choice.value, choice.at, kNone));
  out.not_action = choice.negated;
  for (std::size_t i = 0; i < out.actions.size(); ++i) {
    BERTH_CHECK(check_action(rules, out.actions[i], element(choice.at, i)));
    out.patterns.push_back(Pattern::folded(out.actions[i]));
  }
  return {};
}

base::Result<void> read_resource(const Reading& reading, const Rules& rules, const json::Value& value, Statement& out,
                                 const std::string& at) {
  constexpr std::string_view kNone = "Policy statement must contain resources.";
  BERTH_TRY(const Choice choice, choose(value, "Resource", at));
  if (choice.value == nullptr) {
    if (rules.resource == Presence::required) return malformed(at, kNone);
    return {};
  }
  if (rules.resource == Presence::prohibited) return malformed(choice.at, "Has prohibited field Resource");
  out.resources.present = true;
  out.resources.negated = choice.negated;
  BERTH_TRY(out.resources.written, read_strings(*choice.value, choice.at, kNone));
  for (std::size_t i = 0; i < out.resources.written.size(); ++i) {
    const std::string& text = out.resources.written[i];
    BERTH_CHECK(check_resource(text, element(choice.at, i)));
    auto pattern = Pattern::make(text, text == "*" ? Syntax::wildcard : Syntax::arn, reading.variables);
    if (!pattern) return malformed(element(choice.at, i), pattern.error().message);
    if (pattern->has_variables_before_resource()) {
      return malformed(element(choice.at, i), "a policy variable can only stand after the fifth colon of an ARN");
    }
    out.resources.patterns.push_back(std::move(*pattern));
  }
  return {};
}

}  // namespace

base::Result<Statement> read_statement(const Reading& reading, const json::Value& value, const std::string& at) {
  const json::Object* const members = value.as_object();
  if (members == nullptr) return malformed(at, "must be an object");
  for (const json::Member& each : *members) {
    if (!is_one_of(kElements, each.name)) return malformed(at, "Unknown field " + each.name);
  }
  const Rules rules = rules_of(reading.kind);
  Statement out;
  BERTH_CHECK(read_sid(rules, value, out, at));
  BERTH_CHECK(read_effect(value, out, at));
  BERTH_CHECK(read_principal(rules, value, out, at));
  BERTH_CHECK(read_action(rules, value, out, at));
  BERTH_CHECK(read_resource(reading, rules, value, out, at));
  if (const json::Value* const condition = value.find("Condition")) {
    BERTH_TRY(out.conditions, read_conditions(reading, *condition, member(at, "Condition")));
  }
  const Key anonymous("berth:Anonymous");
  out.names_anonymous =
      std::ranges::any_of(out.conditions, [&](const ConditionKey& each) { return each.key == anonymous; });
  return out;
}

}  // namespace berth::policy::detail
