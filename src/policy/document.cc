#include "policy/document.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "json/parse.h"
#include "policy/parsed.h"
#include "policy/read.h"

namespace berth::policy {
namespace detail {

std::unexpected<base::Error> malformed(const std::string& at, std::string_view why, std::source_location where) {
  return base::fail(base::Errc::policy_malformed, at.empty() ? std::string(why) : at + ": " + std::string(why), where);
}

std::string element(const std::string& at, std::size_t index) { return at + "[" + std::to_string(index) + "]"; }
std::string member(const std::string& at, std::string_view name) {
  return at.empty() ? std::string(name) : at + "." + std::string(name);
}

base::Result<std::vector<std::string>> read_strings(const json::Value& value, const std::string& at,
                                                    std::string_view none) {
  if (const std::string* const text = value.as_string()) return std::vector{*text};
  const json::Array* const list = value.as_array();
  if (list == nullptr) return malformed(at, "must be a string or a list of strings");
  if (list->empty()) return malformed(at, none);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string* const text = (*list)[i].as_string();
    if (text == nullptr) return malformed(element(at, i), "must be a string");
    out.push_back(*text);
  }
  return out;
}

namespace {

constexpr std::string_view kOldVersion = "2008-10-17";
constexpr std::string_view kNewVersion = "2012-10-17";
constexpr json::Limits kLimits{.depth = 8, .elements = 50'000};

base::Result<void> read_head(const json::Object& members, const json::Value& value, Parsed& out) {
  constexpr std::array<std::string_view, 3> kMembers{"Version", "Id", "Statement"};
  for (const json::Member& each : members) {
    if (!is_one_of(kMembers, each.name)) return malformed("", "Unknown field " + each.name);
  }
  out.version = kOldVersion;
  if (const json::Value* const version = value.find("Version")) {
    const std::string* const text = version->as_string();
    if (text == nullptr || (*text != kOldVersion && *text != kNewVersion)) {
      return malformed("Version", "must be 2008-10-17 or 2012-10-17");
    }
    out.version = *text;
  }
  if (const json::Value* const id = value.find("Id")) {
    if (id->as_string() == nullptr) return malformed("Id", "must be a string");
    out.id = *id->as_string();
  }
  return {};
}

base::Result<void> read_statements(const json::Value& value, Parsed& out) {
  const Reading reading{.kind = out.kind, .variables = out.version == kNewVersion};
  const json::Value* const statement = value.find("Statement");
  if (statement == nullptr) return malformed("", "Missing required field Statement");
  if (const json::Array* const list = statement->as_array()) {
    if (list->empty()) return malformed("Statement", "Policy statement must contain actions.");
    for (std::size_t i = 0; i < list->size(); ++i) {
      BERTH_TRY(Statement each, read_statement(reading, (*list)[i], element("Statement", i)));
      out.statements.push_back(std::move(each));
    }
    return {};
  }
  BERTH_TRY(Statement only, read_statement(reading, *statement, "Statement"));
  out.statements.push_back(std::move(only));
  return {};
}

// Repository, registry and endpoint policies may repeat them.
base::Result<void> check_unique_sids(const Parsed& document) {
  const bool unique =
      document.kind == Kind::identity || document.kind == Kind::trust || document.kind == Kind::service_control;
  if (!unique) return {};
  std::vector<std::string_view> seen;
  for (const Statement& statement : document.statements) {
    if (statement.sid && !statement.sid->empty()) seen.push_back(*statement.sid);
  }
  std::ranges::sort(seen);
  const auto twice = std::ranges::adjacent_find(seen);
  if (twice == seen.end()) return {};
  return malformed("Statement", "Statement IDs (SID) in a single policy must be unique. Twice: " + std::string(*twice));
}

std::vector<std::string> keys_of(const Parsed& document) {
  std::vector<std::string> out;
  for (const Statement& statement : document.statements) {
    for (const Pattern& pattern : statement.resources.patterns) pattern.add_keys(out);
    for (const ConditionKey& condition : statement.conditions) {
      out.push_back(condition.key_written);
      for (const Operand& operand : condition.operands) operand.pattern.add_keys(out);
    }
  }
  return out;
}

void collect_keys(Parsed& out) {
  for (const std::string& key : keys_of(out)) out.reads.push_back(base::to_lower(key));
  std::ranges::sort(out.reads);
  const auto repeated = std::ranges::unique(out.reads);
  out.reads.erase(repeated.begin(), repeated.end());
}

}  // namespace
}  // namespace detail

base::Result<std::shared_ptr<const Document>> Document::parse(std::string_view text, Kind kind) {
  auto value = json::parse(text, detail::kLimits);
  if (!value) return detail::malformed("", "Syntax errors in policy: " + value.error().message);
  const json::Object* const members = value->as_object();
  if (members == nullptr) return detail::malformed("", "Syntax errors in policy: not an object");
  auto parsed = std::make_shared<detail::Parsed>();
  parsed->kind = kind;
  BERTH_CHECK(detail::read_head(*members, *value, *parsed));
  BERTH_CHECK(detail::read_statements(*value, *parsed));
  BERTH_CHECK(detail::check_unique_sids(*parsed));
  parsed->by_action.build(parsed->statements);
  parsed->by_resource.build(parsed->statements);
  detail::collect_keys(*parsed);
  return std::make_shared<const Document>(std::move(parsed));
}

Kind Document::kind() const { return parsed_->kind; }
const std::vector<std::string>& Document::reads() const { return parsed_->reads; }

std::vector<std::string> context_keys(const Document& document) {
  std::vector<std::string> out;
  std::vector<std::string> seen;
  for (std::string& key : detail::keys_of(document.parsed())) {
    const std::string folded = base::to_lower(key);
    if (std::ranges::find(seen, folded) != seen.end()) continue;
    seen.push_back(folded);
    out.push_back(std::move(key));
  }
  return out;
}

std::vector<std::string> Document::actions() const {
  std::vector<std::string> all;
  for (const auto& statement : parsed_->statements) {
    if (statement.not_action) all.emplace_back("*");
    if (!statement.not_action) all.insert(all.end(), statement.actions.begin(), statement.actions.end());
  }
  return all;
}

}  // namespace berth::policy
