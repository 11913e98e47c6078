// The texts of "Troubleshoot access denied error messages" in the IAM User Guide.
#include <gtest/gtest.h>

#include "policy/decide.h"

namespace berth::policy {
namespace {

Request request(std::string action, std::string resource) {
  return {.principal = {.account = "777788889999", .arn = "arn:aws:iam::777788889999:user/JohnDoe"},
          .action = std::move(action),
          .resource = std::move(resource),
          .resource_account = "777788889999"};
}

std::string text(Outcome outcome, Source by) {
  return denial(request("codecommit:ListDeployments", "*"), {.outcome = outcome, .by = by});
}

constexpr std::string_view kWho =
    "User: arn:aws:iam::777788889999:user/JohnDoe is not authorized to perform: codecommit:ListDeployments on "
    "resource: *";

TEST(Denial, ByTheSilenceOfAPolicy) {
  for (const auto& [source, words] : {std::pair{Source::identity, "identity-based policy"},
                                      {Source::resource, "resource-based policy"},
                                      {Source::service_control, "service control policy"},
                                      {Source::boundary, "permissions boundary"},
                                      {Source::session, "session policy"},
                                      {Source::endpoint, "VPC endpoint policy"}}) {
    EXPECT_EQ(text(Outcome::implicit_deny, source),
              std::string(kWho) + " because no " + words + " allows the codecommit:ListDeployments action");
  }
}

TEST(Denial, ByAStatement) {
  for (const auto& [source, words] : {std::pair{Source::identity, "an identity-based policy"},
                                      {Source::resource, "a resource-based policy"},
                                      {Source::service_control, "a service control policy"},
                                      {Source::boundary, "a permissions boundary"},
                                      {Source::session, "a session policy"},
                                      {Source::endpoint, "a VPC endpoint policy"}}) {
    EXPECT_EQ(text(Outcome::explicit_deny, source), std::string(kWho) + " with an explicit deny in " + words);
  }
}

TEST(Denial, ByATrustPolicy) {
  const Request assume = request("sts:AssumeRole", "arn:aws:iam::777788889999:role/r");
  const std::string who =
      "User: arn:aws:iam::777788889999:user/JohnDoe is not authorized to perform: sts:AssumeRole on resource: "
      "arn:aws:iam::777788889999:role/r";
  EXPECT_EQ(denial(assume, {.outcome = Outcome::implicit_deny, .by = Source::resource}),
            who + " because no role trust policy allows the sts:AssumeRole action");
  EXPECT_EQ(denial(assume, {.outcome = Outcome::explicit_deny, .by = Source::resource}),
            who + " with an explicit deny in the role trust policy");
  EXPECT_EQ(denial(assume, {.outcome = Outcome::implicit_deny, .by = Source::identity}),
            who + " because no identity-based policy allows the sts:AssumeRole action");
}

TEST(Denial, OfThoseWithoutAnArn) {
  Request asked = request("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::777788889999:role/r");
  asked.principal = {.kind = Principal::Kind::federated, .provider = "accounts.google.com"};
  EXPECT_EQ(denial(asked, {}), "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  asked.action = "ecr:BatchGetImage";
  asked.resource = "r";
  asked.principal = {.kind = Principal::Kind::anonymous};
  EXPECT_EQ(denial(asked, {.outcome = Outcome::implicit_deny, .by = Source::resource}),
            "User: anonymous is not authorized to perform: ecr:BatchGetImage on resource: r because no resource-based "
            "policy allows the ecr:BatchGetImage action");
}

}  // namespace
}  // namespace berth::policy
