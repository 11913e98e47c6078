// What a decision costs: 20 policies of 50 statements (must be under 20 us), and one out of the cache (under 1 us).
// usage: policy_bench     prints microseconds per decision, the best of several rounds; exit status 1 if one is too slow.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>

#include "policy/decide.h"
#include "policy/decision_cache.h"

namespace {

using namespace berth::policy;

constexpr int kPolicies = 20;
constexpr int kStatements = 50;
constexpr std::string_view kArn = "arn:aws:ecr:eu-west-1:111122223333:repository/";

// What least privilege looks like: one team's repositories in each statement, a few actions.
std::string scoped(int n) {
  const std::string team = "team-" + std::to_string(n);
  return R"({"Sid":"S)" + std::to_string(n) + R"(","Effect":"Allow","Action":["ecr:BatchGetImage",)" +
         R"("ecr:GetDownloadUrlForLayer","ecr:BatchCheckLayerAvailability","ecr:Describe*"],"Resource":")" +
         std::string(kArn) + team + R"(/*"})";
}

// Every statement concerns the action, and all but one only differ late in the resource.
std::string broad(int n) {
  return std::string(R"({"Effect":"Allow","Action":["ecr:*"],"Resource":["arn:aws:ecr:*:111122223333:repository/*/team-)") +
         std::to_string(n) + R"(/*-image"],"Condition":{"StringEquals":{"aws:PrincipalTag/team":"t"},"IpAddress":{)" +
         R"("aws:SourceIp":["10.0.0.0/8","192.168.0.0/16"]}}})";
}

// Resource matches everywhere, so that conditions with variables decide.
std::string conditional(int n) {
  return std::string(R"({"Effect":"Deny","Action":"ecr:BatchGet*","Resource":"*","Condition":{"StringNotLike":{)") +
         R"("aws:PrincipalTag/team":["${ecr:ResourceTag/team}","x)" + std::to_string(n) + R"(*"]}}})";
}

Policies make(std::string (*statement)(int)) {
  Policies out;
  for (int p = 0; p < kPolicies; ++p) {
    std::string text = R"({"Version":"2012-10-17","Statement":[)";
    for (int s = 0; s < kStatements; ++s) text += (s > 0 ? "," : "") + statement(p * kStatements + s);
    out.identity.push_back({Document::parse(text + "]}", Kind::identity).value(), "arn:aws:iam::111122223333:policy/p"});
  }
  return out;
}

Context context() {
  return {{"aws:SourceIp", "10.1.2.3"},
          {"aws:SecureTransport", "true"},
          {"aws:CurrentTime", "2026-11-26T12:00:00Z"},
          {"aws:EpochTime", "1795953600"},
          {"aws:PrincipalArn", "arn:aws:iam::111122223333:role/ci"},
          {"aws:PrincipalAccount", "111122223333"},
          {"aws:PrincipalOrgID", "o-exampleorg"},
          {"aws:PrincipalTag/team", "t"},
          {"aws:PrincipalType", "AssumedRole"},
          {"aws:userid", "AROAEXAMPLEEXAMPLE234:session"},
          {"aws:UserAgent", "docker/27"},
          {"aws:RequestedRegion", "eu-west-1"},
          {"aws:ResourceAccount", "111122223333"},
          {"ecr:ResourceTag/team", "t"},
          {"aws:ResourceTag/team", "t"},
          {"ecr:ImageTag", "latest"}};
}

Request request(std::string name) {
  return {.principal = {.kind = Principal::Kind::role,
                        .account = "111122223333",
                        .arn = "arn:aws:sts::111122223333:assumed-role/ci/session",
                        .role_arn = "arn:aws:iam::111122223333:role/ci",
                        .unique_id = "AROAEXAMPLEEXAMPLE234"},
          .action = "ecr:BatchGetImage",
          .resource = std::string(kArn) + name,
          .resource_account = "111122223333",
          .context = context()};
}

template <class F>
double best_of(F f) {
  constexpr int kRounds = 300;
  constexpr int kCalls = 50;
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) f();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / kCalls);
  }
  return best;
}

constexpr double kNoLimit = 1e9;  // shapes that nobody writes

bool report(std::string_view what, double microseconds, double limit) {
  const bool fine = microseconds < limit;
  std::cout << what << ": " << microseconds << " us" << (fine ? "" : "  TOO SLOW") << '\n';
  return fine;
}

bool decision(std::string_view what, std::string (*statement)(int), std::string name, Outcome expected, double limit) {
  const Policies policies = make(statement);
  const Request asked = request(std::move(name));
  if (decide(asked, policies).outcome != expected) {
    std::cout << what << ": another decision than expected\n";
    return false;
  }
  std::size_t matches = 0;
  return report(what, best_of([&] { matches += decide(asked, policies).matches.size(); }), limit);
}

bool cached() {
  const Policies policies = make(broad);
  const Request asked = request("eu/team-617/app-image");
  DecisionCache cache(10'000);
  const std::string principal = asked.principal.arn + "AROAEXAMPLEEXAMPLE234ASIAEXAMPLEEXAMPLE2";
  const CachedQuestion question{.version = 7,
                                .principal = principal,
                                .action = asked.action,
                                .resource = asked.resource,
                                .scope = asked.resource_account,
                                .context = asked.context};
  cache.put(question, policies, std::make_shared<const Decision>(decide(asked, policies)));
  std::size_t hits = 0;
  const double microseconds = best_of([&] { hits += cache.find(question) != nullptr; });
  return report("cached", microseconds, 1) && hits > 0;
}

}  // namespace

int main() {
  bool fine = decision("20 x 50, scoped to a team's repositories", scoped, "team-617/app", Outcome::allowed, 20);
  fine &= decision("20 x 50, nothing applies", scoped, "other/app", Outcome::implicit_deny, 20);
  fine &= decision("20 x 50, all concern the action, globs", broad, "eu/team-617/app-image", Outcome::allowed, kNoLimit);
  fine &= decision("20 x 50, all reach a condition with a variable", conditional, "any", Outcome::implicit_deny, kNoLimit);
  fine &= cached();
  std::size_t keys = 0;
  report("a context of 16 keys, which the caller makes", best_of([&] { keys += context().find("aws:userid") != nullptr; }), kNoLimit);
  return fine && keys > 0 ? 0 : 1;
}
