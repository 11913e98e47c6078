#include "auth/authorizer.h"

#include <gtest/gtest.h>

#include "auth/auth_test_support.h"

namespace berth::auth {
namespace {

const Caller kRoot = Caller::root(account(), "AKIAEXAMPLE");

Caller user() {
  return {.account = account(),
          .arn = "arn:aws:iam::123456789012:user/alice",
          .user_id = "AIDAEXAMPLE",
          .access_key_id = "AKIAALICE"};
}

base::Result<void> ask(const Authorizer& authorizer, const Caller& caller, Action action, const Resource& resource) {
  return authorizer.require({.caller = caller, .origin = {}, .action = name(action), .resource = resource});
}

TEST(Caller, RootIsTheAccountItself) {
  EXPECT_EQ(kRoot.arn, "arn:aws:iam::123456789012:root");
  EXPECT_EQ(kRoot.user_id, "123456789012");
  EXPECT_EQ(kRoot.access_key_id, "AKIAEXAMPLE");
  EXPECT_EQ(kRoot.kind, CallerKind::root);
}

TEST(Resource, HasTheArnThatPoliciesName) {
  EXPECT_EQ(Resource::registry(registry()).arn, "*");
  EXPECT_EQ(Resource::all_repositories(registry()).arn, "arn:aws:ecr:us-east-1:123456789012:repository/*");
  EXPECT_EQ(Resource::repository(repository("team/app")).arn, "arn:aws:ecr:us-east-1:123456789012:repository/team/app");
  EXPECT_EQ(Resource::repository(repository("team/app", "210987654321")).owner, account("210987654321"));
}

TEST(DenyAll, DeniesInAwsWords) {
  const DenyAll authorizer;
  const auto own = ask(authorizer, user(), Action::put_image, Resource::repository(repository("team/app")));
  BERTH_EXPECT_FAILS(own, base::Errc::access_denied);
  EXPECT_EQ(own.error().message,
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: ecr:PutImage on resource: "
            "arn:aws:ecr:us-east-1:123456789012:repository/team/app because no identity-based policy allows the "
            "ecr:PutImage action");

  const auto token = ask(authorizer, user(), Action::get_authorization_token, Resource::registry(registry()));
  BERTH_EXPECT_FAILS(token, base::Errc::access_denied);
  EXPECT_EQ(token.error().message,
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: ecr:GetAuthorizationToken on "
            "resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action");

  const auto foreign =
      ask(authorizer, kRoot, Action::batch_get_image, Resource::repository(repository("team/app", "210987654321")));
  BERTH_EXPECT_FAILS(foreign, base::Errc::access_denied);
  EXPECT_EQ(foreign.error().message,
            "User: arn:aws:iam::123456789012:root is not authorized to perform: ecr:BatchGetImage on resource: "
            "arn:aws:ecr:us-east-1:210987654321:repository/team/app because no resource-based policy allows the "
            "ecr:BatchGetImage action");
}

TEST(DenyAll, DeniesTheAccountItselfToo) {
  BERTH_EXPECT_FAILS(ask(DenyAll(), kRoot, Action::list_images, Resource::registry(registry())),
                     base::Errc::access_denied);
}

}  // namespace
}  // namespace berth::auth
