// Tokens by another implementation, an issuer that publishes its keys, and an authorizer that goes by trust policies.
// Included by *_test.cc only.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authorizer.h"
#include "fetch/client.h"
#include "json/parse.h"
#include "policy/decide.h"

namespace berth::service::iam {

// src/auth/testdata/web_identity.json
class WebIdentityFixtures {
 public:
  WebIdentityFixtures() {
    const auto file = std::filesystem::path(__FILE__).parent_path() / "../../auth/testdata/web_identity.json";
    std::ifstream in(file);
    json_ = json::parse(std::string(std::istreambuf_iterator<char>(in), {})).value();
  }
  std::string text(std::string_view name) const { return *json_.find_string(name); }
  std::string token(std::string_view name) const {
    for (const auto& one : *json_.find("cases")->as_array()) {
      if (*one.find_string("name") == name) return *one.find_string("token");
    }
    return {};
  }

 private:
  json::Value json_;
};

// Answers what it is told to, and counts.
class FakeFetcher final : public fetch::Fetcher {
 public:
  explicit FakeFetcher(const WebIdentityFixtures& fixtures) : issuer(fixtures.text("issuer")) {
    answers[issuer + "/.well-known/openid-configuration"] = {
        .status = 200, .body = R"({"issuer":")" + issuer + R"(","jwks_uri":"https://keys.example/jwks"})"};
    answers["https://keys.example/jwks"] = {.status = 200, .body = fixtures.text("keys")};
  }
  base::Result<fetch::Response> get(const std::string& url, const base::Deadline&) const override {
    ++calls;
    if (failure) return std::unexpected(*failure);
    const auto found = answers.find(url);
    return found == answers.end() ? fetch::Response{.status = 404, .body = {}} : found->second;
  }

  std::string issuer;
  std::map<std::string, fetch::Response> answers;
  std::optional<base::Error> failure;
  mutable int calls = 0;
};

// Trust policies decide; callers whose ARN is in `permitted` have an identity policy that allows all.
class TrustAuthorizer final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question& question) const override {
    using enum policy::Principal::Kind;
    const auto& caller = question.caller;
    asked.push_back(std::string(question.action));
    policy::Request request{.principal = {.kind = user,
                                          .account = caller.account.text(),
                                          .arn = caller.arn,
                                          .role_arn = caller.role_arn,
                                          .unique_id = caller.entity_id},
                            .action = std::string(question.action),
                            .resource = question.resource.arn,
                            .resource_account = question.resource.owner.text(),
                            .context = question.context};
    if (caller.kind == auth::CallerKind::role) request.principal.kind = role;
    if (caller.kind == auth::CallerKind::web_identity) {
      request.principal.kind = federated;
      request.principal.provider = caller.session->provider;
    }
    policy::Policies policies;
    constexpr std::string_view kAll =
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
    if (permitted.contains(caller.arn)) {
      policies.identity.push_back({.document = *policy::Document::parse(kAll, policy::Kind::identity), .name = "all"});
    }
    if (question.resource.policy) policies.resource.push_back({.document = question.resource.policy, .name = "trust"});
    const auto decision = policy::decide(request, policies);
    if (decision.allowed()) return {};
    return base::fail(base::Errc::access_denied, policy::denial(request, decision));
  }

  base::Result<void> require_alive(const auth::Caller& caller) const override {
    if (!gone.contains(caller.arn)) return {};
    return base::fail(base::Errc::access_denied, "gone");
  }

  std::set<std::string, std::less<>> permitted;
  std::set<std::string, std::less<>> gone;
  mutable std::vector<std::string> asked;
};

}  // namespace berth::service::iam
