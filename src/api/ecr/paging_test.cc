#include "api/ecr/paging.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace berth::api::ecr {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

bool refused(const auto& result) {
  return !result && result.error().message ==
                        "Invalid parameter at 'nextToken' failed to satisfy constraint: "
                        "'Invalid token'";
}

TEST(Paging, TokensComeBack) {
  const auto token = make_token("List", {"team/app", ""});
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  EXPECT_EQ(read_token("List", 2, token).value(), (std::vector<std::string>{"team/app", ""}));
}

TEST(Paging, ATokenIsGoodForItsOwnListOnly) {
  const auto token = make_token("List", {"a"});
  EXPECT_TRUE(refused(read_token("Other", 1, token)));
  EXPECT_TRUE(refused(read_token("List", 2, token)));
  for (const auto& text : {std::string(), std::string("nonsense!"), std::string("AAAA"), std::string(10'000, 'a')}) {
    EXPECT_TRUE(refused(read_token("List", 1, text))) << text.substr(0, 20);
  }
}

TEST(Paging, ImagePositionsComeBack) {
  const auto token = image_token("ListImages", {.pushed = 1'700'000'000'000'001, .digest = kDigest, .tag = "v1"});
  const auto position = image_position("ListImages", token).value();
  EXPECT_EQ(position.pushed, 1'700'000'000'000'001);
  EXPECT_EQ(position.digest, kDigest);
  EXPECT_EQ(position.tag, "v1");
  EXPECT_EQ(image_position("ListImages", std::nullopt).value().digest, "");
}

TEST(Paging, MadeUpImagePositionsAreRefused) {
  for (const auto& token : {make_token("L", {"x", kDigest, "v1"}), make_token("L", {"1", "sha256:xyz", "v1"}),
                            make_token("L", {"1", kDigest, "a b"}), make_token("L", {"1", kDigest}),
                            make_token("L", {"99999999999999999999", kDigest, ""})}) {
    EXPECT_TRUE(refused(image_position("L", token)));
  }
}

TEST(Paging, NamesAndPagesExcludeEachOther) {
  EXPECT_TRUE(Paged{}.excludes("imageIds"));
  EXPECT_EQ(
      (Paged{.next_token = {}, .max_results = 5}.excludes("imageIds").error().message),
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'maxResults cannot be used with imageIds'");
  EXPECT_EQ((Paged{.next_token = "t", .max_results = 5}.excludes("imageIds").error().message),
            "Invalid parameter at 'nextToken' failed to satisfy constraint: 'nextToken cannot be used with imageIds'");
}

TEST(Paging, CutsWhatWasAskedTooLong) {
  std::vector<int> entries = {1, 2, 3};
  const auto token_of = [](int n) { return std::to_string(n); };
  EXPECT_EQ(cut_page(entries, 3, token_of), std::nullopt);
  EXPECT_EQ(cut_page(entries, 2, token_of), "2");
  EXPECT_EQ(entries, (std::vector{1, 2}));
}

}  // namespace
}  // namespace berth::api::ecr
