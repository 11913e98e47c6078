// The cases of testdata/*.json: a policy, a request, and what AWS documents for them.
//
// A file is a list of groups. A group has `source` (where it is documented), defaults for its cases, and `cases`. A
// case:
//   name       what it is about
//   policies   {"identity": [document..], "boundary": document, "session": [..], "service_control": [[document..]..],
//              "resource": [{"kind": .., "document": ..}..], "endpoint": document}
//   principal  see principal_named(); "user" if absent
//   action, resource, account (whose resource it is), context (added to that of the group), session_bounded
//   expect     "allowed: identity0[1]", "explicit_deny by boundary: boundary0[0]", "implicit_deny by identity":
//              outcome, kind of policy, and the statements that made it
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "json/parse.h"
#include "json/writer.h"
#include "policy/decide.h"

namespace berth::policy {

struct Case {
  std::string name;  // with file and source
  Request request;
  Policies policies;
  std::string expect;
};

// Gives documents another form before they are parsed.
using Rewrite = json::Value (*)(json::Value document);

inline constexpr std::string_view kAccount = "111122223333";
inline constexpr std::string_view kOtherAccount = "444455556666";

inline Principal principal_named(std::string_view name) {
  using enum Principal::Kind;
  const std::string own(kAccount);
  const std::string other(kOtherAccount);
  const std::string iam = "arn:aws:iam::" + own + ":";
  const std::string sts = "arn:aws:sts::" + own + ":";
  const std::string user_id = "AIDAEXAMPLEEXAMPLE234";
  if (name == "root") return {.kind = root, .account = own, .arn = iam + "root"};
  if (name == "user") return {.kind = user, .account = own, .arn = iam + "user/alice", .unique_id = user_id};
  if (name == "federated_user") {
    return {.kind = user,
            .account = own,
            .arn = sts + "federated-user/guest",
            .role_arn = iam + "user/alice",
            .unique_id = user_id};
  }
  if (name == "role") {
    return {.kind = role,
            .account = own,
            .arn = sts + "assumed-role/ci/build-1",
            .role_arn = iam + "role/ci",
            .unique_id = "AROAEXAMPLEEXAMPLE234"};
  }
  if (name == "service") return {.kind = service, .arn = "replication.ecr.amazonaws.com"};
  if (name == "codebuild") return {.kind = service, .arn = "codebuild.amazonaws.com"};
  if (name == "anonymous") return {.kind = anonymous};
  if (name == "github")
    return {.kind = federated, .provider = iam + "oidc-provider/token.actions.githubusercontent.com"};
  if (name == "eks") {
    return {.kind = federated,
            .provider = iam + "oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"};
  }
  const std::string there = "arn:aws:iam::" + other + ":";
  if (name == "other_user") {
    return {.kind = user, .account = other, .arn = there + "user/zoe", .unique_id = "AIDAOTHEREXAMPLE23456"};
  }
  if (name == "other_root") return {.kind = root, .account = other, .arn = there + "root"};
  throw std::logic_error("no principal " + std::string(name));
}

// Reads one file; every case with the defaults of its group.
class CaseReader {
 public:
  CaseReader(std::string file, Rewrite rewrite) : file_(std::move(file)), rewrite_(rewrite) {}

  void read(const json::Value& groups, std::vector<Case>& out) const {
    for (const json::Value& group : *groups.as_array()) {
      for (const json::Value& each : *group.find("cases")->as_array()) out.push_back(read_case(group, each));
    }
  }

 private:
  static const json::Value* find(const json::Value& group, const json::Value& each, std::string_view name) {
    const json::Value* const own = each.find(name);
    return own != nullptr ? own : group.find(name);
  }
  static std::string text(const json::Value& group, const json::Value& each, std::string_view name,
                          std::string_view otherwise = "") {
    const json::Value* const value = find(group, each, name);
    return value == nullptr ? std::string(otherwise) : *value->as_string();
  }

  Case read_case(const json::Value& group, const json::Value& each) const {
    Case out;
    out.name = file_ + ": " + *group.find_string("source") + ": " + *each.find_string("name");
    out.expect = *each.find_string("expect");
    out.request.principal = principal_named(text(group, each, "principal", "user"));
    out.request.action = text(group, each, "action");
    out.request.resource = text(group, each, "resource");
    out.request.resource_account = text(group, each, "account", kAccount);
    if (const json::Value* const context = group.find("context")) add_context(*context, out.request.context);
    if (const json::Value* const context = each.find("context")) add_context(*context, out.request.context);
    if (const json::Value* const policies = find(group, each, "policies")) {
      for (const json::Member& kind : *policies->as_object()) add_policies(kind, out);
    }
    out.policies.session_bounded = !out.policies.session.empty() || find(group, each, "session_bounded") != nullptr;
    return out;
  }

  static void add_context(const json::Value& context, Context& out) {
    for (const json::Member& key : *context.as_object()) {
      if (const json::Array* const list = key.value.as_array()) {
        std::vector<std::string> values;
        for (const json::Value& value : *list) values.push_back(*value.as_string());
        out.set(key.name, std::move(values));
      } else {
        out.set(key.name, *key.value.as_string());
      }
    }
  }

  void add_policies(const json::Member& kind, Case& out) const {
    Policies& to = out.policies;
    if (kind.name == "boundary") to.boundary = attached(kind.value, Kind::identity, "boundary0", out.name);
    if (kind.name == "endpoint") to.endpoint = attached(kind.value, Kind::endpoint, "endpoint0", out.name);
    if (kind.value.as_array() == nullptr) return;
    const json::Array& list = *kind.value.as_array();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string name = kind.name + std::to_string(i);
      if (kind.name == "identity") to.identity.push_back(attached(list[i], Kind::identity, name, out.name));
      if (kind.name == "session") to.session.push_back(attached(list[i], Kind::identity, name, out.name));
      if (kind.name == "resource") {
        to.resource.push_back(
            attached(*list[i].find("document"), resource_kind(*list[i].find_string("kind")), name, out.name));
      }
      if (kind.name == "service_control") add_level(*list[i].as_array(), name, out);
    }
  }

  void add_level(const json::Array& list, const std::string& name, Case& out) const {
    auto& level = out.policies.service_control.emplace_back();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string within = i == 0 ? name : name + "." + std::to_string(i);
      level.push_back(attached(list[i], Kind::service_control, within, out.name));
    }
  }

  static Kind resource_kind(std::string_view name) {
    if (name == "registry") return Kind::registry;
    return name == "trust" ? Kind::trust : Kind::repository;
  }

  Attached attached(const json::Value& value, Kind kind, std::string name, const std::string& which) const {
    auto document = Document::parse(json::write(rewrite_ == nullptr ? value : rewrite_(value)), kind);
    if (!document) throw std::logic_error(which + ": " + document.error().message);
    return {std::move(*document), std::move(name)};
  }

  std::string file_;
  Rewrite rewrite_;
};

inline std::vector<Case> read_cases(Rewrite rewrite = nullptr) {
  std::vector<Case> out;
  for (const char* const name : {"elements", "conditions", "evaluation", "roles_and_examples"}) {
    const auto path = std::filesystem::path(__FILE__).parent_path() / "testdata" / (std::string(name) + ".json");
    std::ifstream file(path);
    if (!file) throw std::logic_error(path.string() + " is not there; run this in the folder of the build");
    const auto groups = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    if (!groups) throw std::logic_error(path.string() + ": " + groups.error().message);
    CaseReader(name, rewrite).read(*groups, out);
  }
  return out;
}

// A decision in the words of `expect`.
inline std::string tell(const Decision& decision) {
  std::string out(name(decision.outcome));
  if (!decision.allowed()) out.append(" by ").append(name(decision.by));
  for (std::size_t i = 0; i < decision.matches.size(); ++i) {
    const Match& match = decision.matches[i];
    out.append(i == 0 ? ": " : ", ")
        .append(match.policy)
        .append("[")
        .append(std::to_string(match.statement))
        .append("]");
  }
  return out;
}

}  // namespace berth::policy
