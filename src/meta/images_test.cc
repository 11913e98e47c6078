#include "meta/images.h"

#include <algorithm>
#include <set>

#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

class ImagesTest : public StoreTest {
 protected:
  static constexpr std::size_t kAll = 1'000;

  // Every entry of a listing, read with pages of `size`.
  std::vector<ListedImage> list_all(const std::string& repository, TagStatus status, std::size_t size) {
    std::vector<ListedImage> all;
    ImagePosition after;
    for (;;) {
      const auto page =
          read([&](Tx& tx) { return tx.images().list(repository, {.tags = status, .status = {}}, after, size); });
      EXPECT_TRUE(ok(page));
      if (!page || page->empty()) return all;
      EXPECT_LE(page->size(), size);
      all.insert(all.end(), page->begin(), page->end());
      after = page->back().position;
    }
  }
  std::vector<model::Image> describe_all(const std::string& repository, TagStatus status, std::size_t size) {
    std::vector<model::Image> all;
    ImagePosition after;
    for (;;) {
      const auto page = read(
          [&](Tx& tx) { return tx.images().describe_page(repository, {.tags = status, .status = {}}, after, size); });
      EXPECT_TRUE(ok(page));
      if (!page || page->empty()) return all;
      EXPECT_LE(page->size(), size);
      all.insert(all.end(), page->begin(), page->end());
      after = {.pushed = base::to_micros(all.back().pushed), .digest = all.back().digest.text(), .tag = {}};
    }
  }
  std::vector<model::Digest> referrers(const std::string& repository, const model::Digest& subject,
                                       const std::vector<std::string>& types, std::size_t size) {
    std::vector<model::Digest> all;
    ReferrerPage page{.after = {}, .limit = size, .artifact_types = types, .status = {}};
    for (;;) {
      const auto found = read([&](Tx& tx) { return tx.images().referrers(repository, subject, page); });
      EXPECT_TRUE(ok(found));
      if (!found || found->empty()) return all;
      EXPECT_LE(found->size(), size);
      for (const auto& image : *found) all.push_back(image.digest);
      page.after = all.back().text();
    }
  }
};
BERTH_ON_EVERY_ENGINE(ImagesTest);

TEST_P(ImagesTest, GivesBackWhatWasPut) {
  const auto repo = make("team/app");
  auto made = manifest("m");
  made.bytes = std::string("\0{\xff}\n", 5);
  made.image.artifact_type = "application/vnd.example+json";
  made.image.manifest_size = 5;
  made.image.image_size = 1ULL << 60;
  made.image.subject = digest("absent");
  made.image.annotations = {{"a", "quote \" and \\ and \n"}, {"\xc3\xa9", ""}};
  put(repo, made, {"v2", "v1"});
  const auto found = read([&](Tx& tx) { return tx.images().find(repo, made.image.digest); });
  ASSERT_TRUE(ok(found) && *found);
  EXPECT_EQ((*found)->bytes, made.bytes);
  const auto& image = (*found)->image;
  EXPECT_EQ(image.digest, made.image.digest);
  EXPECT_EQ(image.media_type, made.image.media_type);
  EXPECT_EQ(image.artifact_type, made.image.artifact_type);
  EXPECT_EQ(image.image_size, made.image.image_size);
  EXPECT_EQ(image.subject, made.image.subject);
  EXPECT_EQ(image.annotations, made.image.annotations);
  EXPECT_EQ(image.pushed, made.image.pushed);
  const auto by_tag = read([&](Tx& tx) { return tx.images().find_by_tag(repo, "v1"); });
  ASSERT_TRUE(ok(by_tag) && *by_tag);
  EXPECT_EQ((*by_tag)->bytes, made.bytes);
  const auto described = read([&](Tx& tx) { return tx.images().describe(repo, made.image.digest); });
  ASSERT_TRUE(ok(described) && *described);
  EXPECT_EQ((*described)->tags, (std::vector<std::string>{"v1", "v2"}));
}

TEST_P(ImagesTest, KeepsTheFirstOfTwoEqualPuts) {
  const auto repo = make("team/app");
  put(repo, manifest("m", 5));
  const auto again = write([&](Tx& tx) { return tx.images().put(repo, manifest("m", 50)); });
  ASSERT_TRUE(ok(again));
  EXPECT_FALSE(*again);
  EXPECT_EQ((*read([&](Tx& tx) { return tx.images().find(repo, digest("m")); }))->image.pushed, at(5));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.images().exists(make("team/other"), digest("m")); }));
}

TEST_P(ImagesTest, MovesTags) {
  const auto repo = make("team/app");
  put(repo, manifest("one"), {"latest", "Latest", "v1"});
  put(repo, manifest("two"), {"latest"});
  EXPECT_EQ(*read([&](Tx& tx) { return tx.images().tag_target(repo, "latest"); }), digest("two"));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.images().tag_target(repo, "Latest"); }), digest("one"));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.images().tag_target(repo, "nothing"); }), std::nullopt);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.images().tags_of(repo, digest("one")); }),
            (std::vector<std::string>{"Latest", "v1"}));
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.images().hold_tag(repo, "v1"); })));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.images().tag_target(repo, "v1"); }), digest("one"));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.images().remove_tag(repo, "v1"); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.images().remove_tag(repo, "v1"); }));
}

TEST_P(ImagesTest, PagesTagsInTheOrderOfTheirBytes) {
  const auto repo = make("team/app");
  const std::vector<std::string> sorted = {"0",  "1.0", "10", "9",  "A",  "Z",  "_",
                                           "_a", "a",   "a-", "a.", "aA", "aa", "b"};
  auto shuffled = sorted;
  std::ranges::reverse(shuffled);
  put(repo, manifest("m"), shuffled);
  for (const std::size_t size : {1u, 3u, 14u, 100u}) {
    std::vector<std::string> all;
    for (;;) {
      const auto page = read([&](Tx& tx) { return tx.images().tags(repo, all.empty() ? "" : all.back(), size); });
      ASSERT_TRUE(ok(page));
      if (page->empty()) break;
      all.insert(all.end(), page->begin(), page->end());
    }
    EXPECT_EQ(all, sorted) << size;
  }
}

TEST_P(ImagesTest, PagesAddUpToTheWhole) {
  const auto repo = make("team/app");
  const auto other = make("team/other");
  std::set<std::string> tagged;
  std::set<std::string> untagged;
  std::set<std::pair<std::string, std::string>> entries;
  for (int i = 0; i < 24; ++i) {
    const auto name = "image " + std::to_string(i);
    // Three push times only, so that most pages end among equals; 0, 1, 2 or 3 tags.
    std::vector<std::string> tags;
    for (int t = 0; t < i % 4; ++t) tags.push_back((t % 2 ? "Z_" : "a.") + std::to_string(100 - i) + std::to_string(t));
    put(repo, manifest(name, i % 3), tags);
    put(other, manifest(name, 1), {"other"});
    (tags.empty() ? untagged : tagged).insert(digest(name).text());
    if (tags.empty()) entries.emplace(digest(name).text(), "");
    for (const auto& tag : tags) entries.emplace(digest(name).text(), tag);
  }
  for (const std::size_t size : {1u, 2u, 5u, 7u, 1'000u}) {
    for (const auto status : {TagStatus::any, TagStatus::tagged, TagStatus::untagged}) {
      std::set<std::string> expected;
      if (status != TagStatus::untagged) expected.insert(tagged.begin(), tagged.end());
      if (status != TagStatus::tagged) expected.insert(untagged.begin(), untagged.end());
      std::set<std::string> seen;
      const auto images = describe_all(repo, status, size);
      for (const auto& image : images) {
        seen.insert(image.digest.text());
        EXPECT_EQ(image.tags.empty(), untagged.contains(image.digest.text()));
      }
      EXPECT_EQ(seen, expected) << size;
      EXPECT_EQ(images.size(), expected.size()) << size;
      EXPECT_TRUE(
          std::ranges::is_sorted(images, {}, [](const model::Image& i) { return std::pair(i.pushed, i.digest); }));

      std::set<std::pair<std::string, std::string>> wanted;
      for (const auto& entry : entries) {
        if (expected.contains(entry.first)) wanted.insert(entry);
      }
      std::set<std::pair<std::string, std::string>> listed;
      const auto listing = list_all(repo, status, size);
      for (const auto& entry : listing) {
        listed.emplace(entry.digest.text(), entry.tag.value_or(""));
        EXPECT_EQ(entry.tag.has_value(), tagged.contains(entry.digest.text()));
      }
      EXPECT_EQ(listed, wanted) << size;
      EXPECT_EQ(listing.size(), wanted.size()) << size;
    }
  }
}

TEST_P(ImagesTest, RemovesAnImageWithItsTagsAndEdges) {
  const auto repo = make("team/app");
  hold(repo, digest("layer"));
  auto made = manifest("m");
  made.blobs = {{.digest = digest("layer"), .media_type = "application/layer", .size = 3}};
  made.children = {digest("child")};
  put(repo, made, {"a", "b"});
  EXPECT_TRUE((*read([&](Tx& tx) { return tx.layers().find(repo, digest("layer")); }))->referenced);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.images().remove(repo, digest("m"), {at(2), at(2)}); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.images().remove(repo, digest("m"), {at(2), at(2)}); }));
  EXPECT_TRUE((*read([&](Tx& tx) { return tx.images().tags(repo, "", kAll); })).empty());
  EXPECT_TRUE((*read([&](Tx& tx) { return tx.images().parents(repo, digest("child"), kAll); })).empty());
  EXPECT_FALSE((*read([&](Tx& tx) { return tx.layers().find(repo, digest("layer")); }))->referenced);
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.images().any(repo); }));
}

TEST_P(ImagesTest, KnowsTheParents) {
  const auto repo = make("team/app");
  std::vector<model::Digest> expected;
  for (const auto* name : {"x", "y", "z"}) {
    auto made = manifest(name);
    made.children = {digest("child"), digest("other"), digest("child")};
    put(repo, made);
    expected.push_back(digest(name));
  }
  std::ranges::sort(expected);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.images().parents(repo, digest("child"), kAll); }), expected);
  EXPECT_EQ((*read([&](Tx& tx) { return tx.images().parents(repo, digest("child"), 2); })).size(), 2u);
  EXPECT_TRUE((*read([&](Tx& tx) { return tx.images().parents(repo, digest("x"), kAll); })).empty());
}

TEST_P(ImagesTest, FindsReferrersByType) {
  const auto repo = make("team/app");
  const auto other = make("team/other");
  std::vector<model::Digest> all;
  std::vector<model::Digest> even;
  for (int i = 0; i < 11; ++i) {
    const auto name = "referrer " + std::to_string(i);
    auto made = manifest(name);
    made.image.subject = digest("subject");
    if (i > 0) made.image.artifact_type = i % 2 == 0 ? "type/even" : "type/odd";
    put(repo, made);
    put(other, made);
    all.push_back(digest(name));
    if (i > 0 && i % 2 == 0) even.push_back(digest(name));
  }
  put(repo, manifest("stranger"));
  std::ranges::sort(all);
  std::ranges::sort(even);
  const auto subject = digest("subject");
  for (const std::size_t size : {1u, 4u, 11u, 100u}) {
    EXPECT_EQ(referrers(repo, subject, {}, size), all) << size;
    EXPECT_EQ(referrers(repo, subject, {"type/even"}, size), even) << size;
    EXPECT_EQ(referrers(repo, subject, {"type/even", "type/odd", "x/y"}, size).size(), 10u) << size;
    EXPECT_TRUE(referrers(repo, subject, {"type/none"}, size).empty());
    EXPECT_TRUE(referrers(repo, digest("nobody"), {}, size).empty());
  }
  EXPECT_TRUE(fails_with(base::Errc::internal, read([&](Tx& tx) {
                           return tx.images().referrers(repo, subject,
                                                        {.after = {}, .limit = 1, .artifact_types = {6, "type/odd"}});
                         })));
}

}  // namespace
}  // namespace berth::meta
