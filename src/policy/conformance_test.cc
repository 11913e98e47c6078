// Every case of testdata/ decides as AWS documents it, and for that reason; then properties that hold for all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "json/writer.h"
#include "policy/cases_test_support.h"
#include "policy/decide.h"

namespace berth::policy {
namespace {

TEST(Conformance, EveryCaseDecidesAsDocumented) {
  const auto cases = read_cases();
  EXPECT_GE(cases.size(), 400U);
  for (const Case& each : cases) EXPECT_EQ(tell(decide(each.request, each.policies)), each.expect) << each.name;
}

TEST(Conformance, NoCaseStandsTwice) {
  std::set<std::string> names;
  for (const Case& each : read_cases()) EXPECT_TRUE(names.insert(each.name).second) << each.name;
}

json::Value* member(json::Object& object, std::string_view name) {
  const auto at = std::ranges::find(object, name, &json::Member::name);
  return at == object.end() ? nullptr : &at->value;
}

template <class F>
json::Value each_statement(json::Value document, F f) {
  json::Value* const statement = member(*document.as_object(), "Statement");
  if (json::Array* const list = statement->as_array()) {
    for (json::Value& each : *list) f(*each.as_object());
  } else {
    f(*statement->as_object());
  }
  return document;
}

// The same decisions for the same documents in another form. `same_statements`: each statement is where it was.
void expect_same(Rewrite rewrite, bool same_statements) {
  const auto cases = read_cases();
  const auto rewritten = read_cases(rewrite);
  ASSERT_EQ(cases.size(), rewritten.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Decision expected = decide(cases[i].request, cases[i].policies);
    const Decision decision = decide(rewritten[i].request, rewritten[i].policies);
    EXPECT_EQ(decision.outcome, expected.outcome) << cases[i].name;
    EXPECT_EQ(decision.by, expected.by) << cases[i].name;
    EXPECT_EQ(decision.matches.size(), expected.matches.size()) << cases[i].name;
    if (same_statements) EXPECT_EQ(tell(decision), cases[i].expect);
  }
}

TEST(Properties, NamesOfStatementsChangeNothing) {
  expect_same(
      [](json::Value document) {
        int n = 0;
        return each_statement(std::move(document), [&n](json::Object& statement) {
          const std::string sid = "renamed" + std::to_string(n++);
          if (json::Value* const known = member(statement, "Sid")) {
            *known = json::Value(sid);
          } else {
            statement.push_back({"Sid", json::Value(sid)});
          }
        });
      },
      true);
}

TEST(Properties, OrderOfStatementsDoesNotMatter) {
  expect_same(
      [](json::Value document) {
        if (json::Array* const list = member(*document.as_object(), "Statement")->as_array())
          std::ranges::reverse(*list);
        return document;
      },
      false);
}

TEST(Properties, OrderOfElementsDoesNotMatter) {
  expect_same(
      [](json::Value document) {
        return each_statement(std::move(document), [](json::Object& statement) { std::ranges::reverse(statement); });
      },
      true);
}

TEST(Properties, CaseOfActionsDoesNotMatter) {
  expect_same(
      [](json::Value document) {
        return each_statement(std::move(document), [](json::Object& statement) {
          for (const char* const name : {"Action", "NotAction"}) {
            json::Value* const action = member(statement, name);
            if (action == nullptr) continue;
            const auto upper = [](json::Value& text) {
              std::string out = *text.as_string();
              std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
              text = json::Value(out);
            };
            if (json::Array* const list = action->as_array()) {
              std::ranges::for_each(*list, upper);
            } else {
              upper(*action);
            }
          }
        });
      },
      true);
}

TEST(Properties, AListOfOneIsThatOne) {
  expect_same(
      [](json::Value document) {
        return each_statement(std::move(document), [](json::Object& statement) {
          for (const char* const name : {"Action", "NotAction", "Resource", "NotResource"}) {
            json::Value* const value = member(statement, name);
            if (value != nullptr && value->as_string() != nullptr) *value = json::Value(json::Array{*value});
          }
        });
      },
      true);
}

// All documents of a case.
template <class F>
void each_document(Policies& policies, F f) {
  for (auto* const list : {&policies.identity, &policies.session, &policies.resource}) std::ranges::for_each(*list, f);
  for (auto& level : policies.service_control) std::ranges::for_each(level, f);
  if (policies.boundary) f(*policies.boundary);
  if (policies.endpoint) f(*policies.endpoint);
}

TEST(Properties, WhatIsPrintedParsesPrintsAndDecidesTheSame) {
  for (Case& each : read_cases()) {
    each_document(each.policies, [&each](Attached& policy) {
      const std::string printed = policy.document->print();
      const auto again = Document::parse(printed, policy.document->kind());
      ASSERT_TRUE(again) << each.name << again.error().message;
      EXPECT_EQ((*again)->print(), printed) << each.name;
      policy.document = *again;
    });
    EXPECT_EQ(tell(decide(each.request, each.policies)), each.expect) << each.name;
  }
}

TEST(Properties, AddingADenyNeverAllows) {
  // Every Deny of every case, added to every kind of policy of every case that is denied.
  const auto cases = read_cases();
  std::vector<std::shared_ptr<const Document>> denials;
  for (const char* const condition :
       {"{}", R"({"StringNotEquals":{"aws:username":"alice"}})", R"({"Bool":{"k:x":"true"}})"}) {
    const std::string text =
        R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":)" + std::string(condition) + "}}";
    denials.push_back(Document::parse(text, Kind::identity).value());
  }
  for (const Case& each : cases) {
    const Decision before = decide(each.request, each.policies);
    for (const auto& document : denials) {
      Policies more = each.policies;
      more.identity.push_back({document, "more"});
      const Decision after = decide(each.request, more);
      EXPECT_FALSE(after.allowed() && !before.allowed()) << each.name;
      if (before.outcome == Outcome::explicit_deny) EXPECT_EQ(after.outcome, Outcome::explicit_deny) << each.name;
    }
  }
}

TEST(Properties, AddingAnAllowNeverUndoesADeny) {
  const auto full =
      Document::parse(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})", Kind::identity).value();
  for (Case& each : read_cases()) {
    const Decision before = decide(each.request, each.policies);
    each.policies.identity.push_back({full, "more"});
    const Decision after = decide(each.request, each.policies);
    if (before.allowed()) EXPECT_TRUE(after.allowed()) << each.name;
    if (before.outcome == Outcome::explicit_deny) EXPECT_EQ(after.outcome, Outcome::explicit_deny) << each.name;
  }
}

TEST(Properties, KeysThatNoPolicyReadsChangeNothing) {
  for (Case& each : read_cases()) {
    std::set<std::string> reads;
    each_document(each.policies, [&reads](Attached& policy) {
      reads.insert(policy.document->reads().begin(), policy.document->reads().end());
    });
    Context kept;
    for (const auto& [key, values] : each.request.context) {
      if (reads.contains(key)) kept.set(key, values);
    }
    kept.set("some:OtherKey", "x");
    each.request.context = std::move(kept);
    EXPECT_EQ(tell(decide(each.request, each.policies)), each.expect) << each.name;
  }
}

}  // namespace
}  // namespace berth::policy
