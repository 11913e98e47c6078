#include "auth/action.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::auth {
namespace {

// Enumerators and names are two lists in one order; a few fixed points and the order itself show a slip.
TEST(Action, NamesFollowTheEnumerators) {
  EXPECT_EQ(name(Action::batch_check_layer_availability), "ecr:BatchCheckLayerAvailability");
  EXPECT_EQ(name(Action::create_repository), "ecr:CreateRepository");
  EXPECT_EQ(name(Action::get_authorization_token), "ecr:GetAuthorizationToken");
  EXPECT_EQ(name(Action::get_download_url_for_layer), "ecr:GetDownloadUrlForLayer");
  EXPECT_EQ(name(Action::list_tags_for_resource), "ecr:ListTagsForResource");
  EXPECT_EQ(name(Action::put_image), "ecr:PutImage");
  EXPECT_EQ(name(Action::untag_resource), "ecr:UntagResource");
  EXPECT_EQ(name(Action::validate_pull_through_cache_rule), "ecr:ValidatePullThroughCacheRule");
}

TEST(Action, NamesAreSortedAndOnce) {
  EXPECT_TRUE(std::ranges::is_sorted(kActionNames));
  EXPECT_EQ(std::ranges::adjacent_find(kActionNames), kActionNames.end());
}

}  // namespace
}  // namespace berth::auth
