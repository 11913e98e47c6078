#include <algorithm>

#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

class LifecycleTest : public StoreTest {
 protected:
  LifecycleTest() = default;

  void put_policy(const std::string& repository, const std::string& text, std::int64_t due) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().put(repository, text, at(due)); })));
  }
  std::optional<LifecycleClaim> claim(std::int64_t now, std::int64_t until) {
    auto claimed = write([&](Tx& tx) { return tx.lifecycle_policies().claim(at(now), at(until)); });
    EXPECT_TRUE(ok(claimed));
    return *claimed;
  }
  bool due(std::int64_t now) {
    return read([&](Tx& tx) { return tx.lifecycle_policies().any_due(at(now)); }).value();
  }
  std::int64_t evaluated(const std::string& repository) {
    return base::to_micros(
        read([&](Tx& tx) { return tx.lifecycle_policies().find(repository); }).value().value().evaluated);
  }
  void finish(const LifecycleClaim& claim, std::int64_t now, std::int64_t next) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().finish(claim, at(now), at(next)); })));
  }
  void hasten(const std::string& repository, std::int64_t due) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().hasten(repository, at(due)); })));
  }
};
BERTH_ON_EVERY_ENGINE(LifecycleTest);

TEST_P(LifecycleTest, APolicyIsClaimedOnceAndComesBack) {
  const auto repo = make("team/app");
  const auto other = make("team/other");
  put_policy(repo, "one", 100);
  put_policy(other, "two", 50);
  EXPECT_FALSE(due(49));
  EXPECT_FALSE(claim(49, 1'000));
  EXPECT_EQ(claim(100, 1'000)->repository, other);  // due for longest
  const auto mine = claim(100, 1'000);
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->repository, repo);
  EXPECT_EQ(mine->text, "one");
  EXPECT_FALSE(claim(999, 2'000));
  EXPECT_EQ(evaluated(repo), 0);
  finish(*mine, 120, 5'000);
  EXPECT_EQ(evaluated(repo), 120);
  EXPECT_EQ(claim(1'000, 9'000)->repository, other);  // whoever had it has died
  EXPECT_FALSE(claim(4'999, 9'000));
  EXPECT_TRUE(due(5'000));
}

TEST_P(LifecycleTest, AChangeBringsTheEvaluationForward) {
  const auto repo = make("team/app");
  hasten(repo, 10);  // no policy: nothing
  put_policy(repo, "one", 100);
  const auto first = claim(100, 1'000);
  hasten(repo, 150);
  finish(*first, 120, 5'000);  // does not undo what has come in between
  EXPECT_EQ(evaluated(repo), 120);
  const auto second = claim(150, 2'000);
  ASSERT_TRUE(second);
  hasten(repo, 3'000);  // later than it is anyway
  finish(*second, 160, 5'000);
  EXPECT_FALSE(due(4'999));
}

TEST_P(LifecycleTest, AnotherTextEndsAClaim) {
  const auto repo = make("team/app");
  put_policy(repo, "one", 100);
  auto mine = *claim(100, 1'000);
  const auto extend = [&](std::int64_t until) {
    return write([&](Tx& tx) { return tx.lifecycle_policies().extend(mine, at(until)); }).value();
  };
  EXPECT_TRUE(extend(1'500));
  mine.until = at(1'500);
  EXPECT_FALSE(due(1'499));
  put_policy(repo, "two", 200);
  EXPECT_FALSE(extend(2'000));
  finish(mine, 130, 9'000);
  EXPECT_EQ(evaluated(repo), 0);
  EXPECT_EQ(claim(200, 3'000)->text, "two");
}

TEST_P(LifecycleTest, TheSameTextKeepsWhenItWasEvaluated) {
  const auto repo = make("team/app");
  put_policy(repo, "one", 100);
  finish(*claim(100, 1'000), 120, 5'000);
  put_policy(repo, "one", 200);
  EXPECT_EQ(evaluated(repo), 120);
  EXPECT_TRUE(due(200));
  put_policy(repo, "two", 300);
  EXPECT_EQ(evaluated(repo), 0);
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_policies().remove(repo, at(400)); })));
  EXPECT_FALSE(read([&](Tx& tx) { return tx.lifecycle_policies().find(repo); })->has_value());
}

TEST_P(LifecycleTest, PreviewsComeOneAtATime) {
  const auto repo = make("team/app");
  const auto start = [&](const std::string& id) {
    return write([&](Tx& tx) { return tx.lifecycle_previews().start(repo, id, "text " + id, at(10)); }).value();
  };
  EXPECT_TRUE(start("a"));
  EXPECT_FALSE(start("b"));
  const auto claimed = write([&](Tx& tx) { return tx.lifecycle_previews().claim(at(10), at(100), "one"); }).value();
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->text, "text a");
  EXPECT_FALSE(write([&](Tx& tx) { return tx.lifecycle_previews().claim(at(99), at(200), "two"); })->has_value());
  const auto extend = [&](const PreviewClaim& claim, std::int64_t until) {
    return write([&](Tx& tx) { return tx.lifecycle_previews().extend(claim, at(until)); }).value();
  };
  EXPECT_TRUE(extend(*claimed, 150));
  EXPECT_FALSE(write([&](Tx& tx) { return tx.lifecycle_previews().claim(at(149), at(200), "two"); })->has_value());
  const auto again = write([&](Tx& tx) { return tx.lifecycle_previews().claim(at(150), at(200), "two"); }).value();
  ASSERT_TRUE(again);
  EXPECT_FALSE(extend(*claimed, 300));  // the first maker was too slow
  const auto finish = [&](const PreviewClaim& claim) {
    return write([&](Tx& tx) {
             return tx.lifecycle_previews().finish(
                 claim, {.status = PreviewStatus::complete, .expiring = 7, .archiving = 2}, at(1'000));
           })
        .value();
  };
  EXPECT_FALSE(finish(*claimed));
  EXPECT_TRUE(finish(*again));
  EXPECT_FALSE(finish(*again));
  const auto found = read([&](Tx& tx) { return tx.lifecycle_previews().find(repo); })->value();
  EXPECT_EQ(found.id, "a");
  EXPECT_EQ(found.text, "text a");
  EXPECT_EQ(found.status, PreviewStatus::complete);
  EXPECT_EQ(found.expiring, 7);
  EXPECT_EQ(found.archiving, 2);
  EXPECT_FALSE(write([&](Tx& tx) { return tx.lifecycle_previews().expire(at(999)); })->has_value());
  EXPECT_EQ(write([&](Tx& tx) { return tx.lifecycle_previews().expire(at(1'000)); })->value(), repo);
  EXPECT_EQ(read([&](Tx& tx) { return tx.lifecycle_previews().find(repo); })->value().status, PreviewStatus::expired);
  EXPECT_TRUE(start("b"));
}

TEST_P(LifecycleTest, PreviewEntriesByPageTagAndDigest) {
  const auto repo = make("team/app");
  EXPECT_TRUE(write([&](Tx& tx) { return tx.lifecycle_previews().start(repo, "a", "text", at(10)); }).value());
  std::vector<PreviewEntry> entries;
  for (std::int64_t i = 0; i < 7; ++i) {
    entries.push_back(
        {.position = i,
         .digest = digest(std::to_string(i)).text(),
         .tags = i % 2 == 0 ? std::vector<std::string>{"a" + std::to_string(i), "b"} : std::vector<std::string>(),
         .pushed = at(100 + i),
         .priority = i + 1,
         .archives = i == 3});
  }
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.lifecycle_previews().add(repo, entries); })));
  const auto page = [&](TagStatus status, std::int64_t from, std::size_t limit) {
    std::vector<std::int64_t> positions;
    for (const auto& entry :
         read([&](Tx& tx) { return tx.lifecycle_previews().entries(repo, status, from, limit); }).value()) {
      positions.push_back(entry.position);
    }
    return positions;
  };
  using Positions = std::vector<std::int64_t>;
  EXPECT_EQ(page(TagStatus::any, 2, 3), (Positions{2, 3, 4}));
  EXPECT_EQ(page(TagStatus::tagged, 1, 9), (Positions{2, 4, 6}));
  EXPECT_EQ(page(TagStatus::untagged, 0, 2), (Positions{1, 3}));
  const auto third = read([&](Tx& tx) { return tx.lifecycle_previews().entry(repo, digest("2").text()); })->value();
  EXPECT_EQ(third.tags, (std::vector<std::string>{"a2", "b"}));
  EXPECT_EQ(third.pushed, at(102));
  EXPECT_EQ(third.priority, 3);
  EXPECT_FALSE(third.archives);
  EXPECT_TRUE(read([&](Tx& tx) { return tx.lifecycle_previews().entry(repo, digest("3").text()); })->value().archives);
  EXPECT_FALSE(read([&](Tx& tx) { return tx.lifecycle_previews().entry(repo, digest("9").text()); })->has_value());
  std::vector<std::int64_t> cleared;
  do {
    cleared.push_back(write([&](Tx& tx) { return tx.lifecycle_previews().clear(repo, 3); }).value());
  } while (cleared.back() > 0);
  EXPECT_EQ(cleared, (Positions{3, 3, 1, 0}));
}

TEST_P(LifecycleTest, OutlinesTellAllOfARepository) {
  const auto repo = make("team/app");
  const auto other = make("team/other");
  auto list = manifest("list", 9);
  list.children = {digest("one"), digest("nowhere")};
  auto signature = manifest("signature");
  signature.image.subject = digest("one");
  put(repo, manifest("one"), {"v1", "latest"});
  put(repo, list, {"v2"});
  put(repo, signature);
  put(other, manifest("two"), {"x"});
  const auto images = read([&](Tx& tx) { return tx.image_outlines().images(repo, "", 9); }).value();
  ASSERT_EQ(images.size(), 3u);
  EXPECT_TRUE(std::ranges::is_sorted(images, {}, &ImageOutline::digest));
  for (const auto& image : images) {
    EXPECT_EQ(image.subject.has_value(), image.digest == signature.image.digest);
    EXPECT_EQ(image.pushed, at(image.digest == list.image.digest ? 9 : 5));
  }
  EXPECT_EQ(read([&](Tx& tx) { return tx.image_outlines().images(repo, images[0].digest.text(), 1); })->at(0).digest,
            images[1].digest);
  const auto tags = read([&](Tx& tx) { return tx.image_outlines().tags(repo, "latest", 9); }).value();
  ASSERT_EQ(tags.size(), 2u);
  EXPECT_EQ(tags[0].tag, "v1");
  EXPECT_EQ(tags[1].digest, list.image.digest.text());
  const auto members = read([&](Tx& tx) { return tx.image_outlines().members(repo, {}, 9); }).value();
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(read([&](Tx& tx) { return tx.image_outlines().members(repo, members[0], 9); })->size(), 1u);
}

}  // namespace
}  // namespace berth::meta
