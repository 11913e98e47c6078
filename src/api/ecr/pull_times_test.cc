// lastRecordedPullTime and its exclusions, as clients say them.
#include "api/ecr/ecr_test_support.h"
#include "api/ecr/ops/pull_exclusions.h"

namespace berth::api::ecr {
namespace {

using PullTimes = EcrTest;

std::string seconds_of(base::Timestamp time) { return std::to_string(base::to_micros(time) / 1'000'000) + ".0"; }
std::string role(std::string_view name) { return "arn:aws:iam::123456789012:role/" + std::string(name); }
std::string of(std::string_view principal) { return json_text("{'principalArn':'@'}", {std::string(principal)}); }

TEST_F(PullTimes, AreShownByDescribeImages) {
  world.push_image(world.app, "one", {"v1"});
  const auto describe = json_text("{'repositoryName':'team/app'}");
  EXPECT_FALSE(good("DescribeImages", describe).contains("lastRecordedPullTime"));
  world.clock.advance(std::chrono::minutes(3));
  good("BatchGetImage", json_text("{'repositoryName':'team/app','imageIds':[{'imageTag':'v1'}]}"));
  EXPECT_TRUE(base::ok(world.pulls.flush({})));
  EXPECT_TRUE(good("DescribeImages", describe)
                  .contains(json_text("'lastRecordedPullTime':@", {seconds_of(world.clock.now())})));
}

TEST_F(PullTimes, Exclusions) {
  EXPECT_EQ(good("ListPullTimeUpdateExclusions", "{}"), json_text("{'pullTimeUpdateExclusions':[]}"));
  EXPECT_EQ(good("RegisterPullTimeUpdateExclusion", of(role("b"))),
            json_text("{'principalArn':'@','createdAt':@}", {role("b"), seconds_of(world.clock.now())}));
  EXPECT_EQ(bad("RegisterPullTimeUpdateExclusion", of(role("b"))),
            json_text("{'__type':'ExclusionAlreadyExistsException','message':@}",
                      {json_string("The pull time update exclusion for the principal '" + role("b") +
                                   "' already exists in the registry with id '123456789012'")}));
  good("RegisterPullTimeUpdateExclusion", of(role("path/a")));
  good("RegisterPullTimeUpdateExclusion", of("arn:aws-us-gov:iam::210987654321:user/c=example.com"));
  const auto page = good("ListPullTimeUpdateExclusions", json_text("{'maxResults':2}"));
  EXPECT_EQ(member(page, "nextToken").empty(), false);
  EXPECT_TRUE(
      page.starts_with(json_text("{'pullTimeUpdateExclusions':['arn:aws-us-gov:iam::210987654321:user/"
                                 "c=example.com','@'],",
                                 {role("b")})))
      << page;
}

TEST_F(PullTimes, NoExclusions) {
  EXPECT_EQ(exception("DeregisterPullTimeUpdateExclusion", of(role("b"))), "ExclusionNotFoundException");
  for (const auto& principal :
       {std::string("scanner"), std::string("arn:aws:iam::123456789012:group/g"),
        std::string("arn:aws:iam::123456789012:root"), role(""), role("a/"), role("a b"),
        std::string("arn:aws:sts::123456789012:assumed-role/a/b"), role(std::string(200, 'x')),
        std::string("arn:aws:iam::12345678901:role/a"), std::string("arn:aws-:iam::123456789012:role/a"),
        std::string("arn:gcp:iam::123456789012:role/a")}) {
    EXPECT_EQ(exception("RegisterPullTimeUpdateExclusion", of(principal)), "InvalidParameterException") << principal;
  }
  EXPECT_EQ(exception("RegisterPullTimeUpdateExclusion", "{}"), "InvalidParameterException");
  EXPECT_EQ(exception("ListPullTimeUpdateExclusions", json_text("{'maxResults':1001}")), "InvalidParameterException");
  EXPECT_EQ(exception("ListPullTimeUpdateExclusions", json_text("{'nextToken':'bm8'}")), "InvalidParameterException");
  for (int i = 0; i < 100; ++i) good("RegisterPullTimeUpdateExclusion", of(role(std::to_string(i))));
  EXPECT_EQ(exception("RegisterPullTimeUpdateExclusion", of(role("more"))), "LimitExceededException");
  EXPECT_EQ(good("DeregisterPullTimeUpdateExclusion", of(role("7"))), json_text("{'principalArn':'@'}", {role("7")}));
  good("RegisterPullTimeUpdateExclusion", of(role("more")));
}

}  // namespace
}  // namespace berth::api::ecr
