#include "model/arn.h"

#include <gtest/gtest.h>

namespace berth::model {
namespace {

TEST(RepositoryArn, ReadsBackWhatItWrites) {
  for (const auto* text :
       {"arn:aws:ecr:us-east-1:123456789012:repository/team/app",
        "arn:aws-cn:ecr:cn-north-1:123456789012:repository/ab",
        "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/ab", "arn:aws:ecr:rack-7:000000000000:repository/a-b",
        "arn:aws:ecr-public::123456789012:repository/team/app"}) {
    const auto arn = RepositoryArn::parse(text);
    ASSERT_TRUE(arn) << text;
    EXPECT_EQ(arn->text(), text);
  }
  EXPECT_EQ(RepositoryArn::parse("arn:aws:ecr:us-east-1:123456789012:repository/team/app")->name.text(), "team/app");
}

TEST(RepositoryArn, RefusesAllElse) {
  for (const auto* bad : {"",
                          "arn",
                          "arn:aws:ecr:us-east-1:123456789012",
                          "arn:aws:ecr:us-east-1:123456789012:",
                          "arn:aws:ecr:us-east-1:123456789012:repository",
                          "arn:aws:ecr:us-east-1:123456789012:repository/",
                          "arn:aws:ecr:us-east-1:123456789012:repository/a",
                          "arn:aws:ecr:us-east-1:123456789012:repository/../b",
                          "arn:aws:ecr:us-east-1:123456789012:repo/app",
                          "arn:aws:ecr:us-east-1:12345678901:repository/app",
                          "arn:aws:ecr::123456789012:repository/app",
                          "arn:aws:ecr-public:us-east-1:123456789012:repository/app",
                          "arn:aws-cn:ecr-public::123456789012:repository/app",
                          "arn:aws:ecr:(public):123456789012:repository/app",
                          "arn:aws:s3:us-east-1:123456789012:repository/app",
                          "arn:aws-cn:ecr:us-east-1:123456789012:repository/app",
                          "ARN:aws:ecr:us-east-1:123456789012:repository/app",
                          "arn:aws:ecr:us-east-1:123456789012:repository/app:x",
                          "arn:aws:ecr:us-east-1:123456789012:repository/*",
                          " arn:aws:ecr:us-east-1:123456789012:repository/app",
                          "team/app"}) {
    const auto arn = RepositoryArn::parse(bad);
    ASSERT_FALSE(arn) << bad;
    EXPECT_EQ(arn.error().code, base::Errc::invalid_parameter);
    EXPECT_EQ(arn.error().message, "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'");
  }
}

// One account's registries are apart: no text of a client becomes the place of public ones.
TEST(RepositoryArn, OfAPublicRepositoryIsInNoRegion) {
  const auto arn = RepositoryArn::parse("arn:aws:ecr-public::123456789012:repository/team/app").value();
  EXPECT_TRUE(arn.region.is_public());
  EXPECT_EQ(arn.region, Region::of_public_registries());
  EXPECT_EQ(Region::parse_own(arn.region.text()).value(), arn.region);
  EXPECT_FALSE(Region::parse(arn.region.text()));
  EXPECT_FALSE(Region::parse_own("us-east-1")->is_public());
  EXPECT_FALSE(Region::parse("public")->is_public());
  EXPECT_EQ(ecr_arn(arn.region, arn.account, "registry/1"), "arn:aws:ecr-public::123456789012:registry/1");
}

TEST(IamArn, NamesRootAndUsers) {
  const auto account = *AccountId::parse("123456789012");
  EXPECT_EQ(root_arn(account), "arn:aws:iam::123456789012:root");
  EXPECT_EQ(user_arn(account, "admin"), "arn:aws:iam::123456789012:user/admin");
  EXPECT_EQ(user_arn(account, "ops/alice", "aws-cn"), "arn:aws-cn:iam::123456789012:user/ops/alice");
}

}  // namespace
}  // namespace berth::model
