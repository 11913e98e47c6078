// Repositories that are renamed, protected and removed, on each engine.
#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

class RepositoryLifeTest : public StoreTest {
 protected:
  std::optional<std::string> id_of(const std::string& name) {
    const auto found = read([&](Tx& tx) { return tx.repositories().find(repository(name).ref); });
    EXPECT_TRUE(ok(found));
    return found && *found ? std::optional((*found)->id) : std::nullopt;
  }
  void remove(const std::string& id) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.repositories().remove(id); })));
  }
  std::size_t images(const std::string& id) {
    return *read([&](Tx& tx) { return tx.images().count(id); });
  }
  std::vector<std::string> below(const std::string& prefix, const std::string& after = "", std::size_t limit = 100) {
    const auto found = read([&](Tx& tx) { return tx.repositories().list_below(registry(), prefix, after, limit); });
    EXPECT_TRUE(ok(found));
    std::vector<std::string> names;
    for (const auto& each : *found) names.push_back(each.ref.name.text());
    return names;
  }
  // Batch by batch to the end; the largest.
  std::size_t clear(std::size_t batch) {
    std::size_t largest = 0;
    for (;;) {
      std::size_t rows = 0;
      EXPECT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
        BERTH_TRY(const auto id, tx.repository_remains().claim());
        if (!id) return {};
        BERTH_TRY(const auto removed, tx.repository_remains().remove(*id, batch));
        rows = removed.rows;
        return {};
      })));
      if (rows == 0) return largest;
      largest = std::max(largest, rows);
    }
  }
};

BERTH_ON_EVERY_ENGINE(RepositoryLifeTest);

TEST_P(RepositoryLifeTest, IsGoneAtOnceAndItsNameIsFree) {
  const auto old = make("team/app");
  hold(old, digest("layer"));
  put(old, manifest("m"), {"latest"});
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.lifecycle_policies().put(old, "{}", at(1)));
    return tx.uploads().create({.id = "u", .repository = old, .state = {}, .expires = at(9)});
  })));
  remove(old);
  EXPECT_FALSE(id_of("team/app"));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.repositories().find_by_id(old); }));
  EXPECT_TRUE(read([&](Tx& tx) { return tx.repositories().list(registry(), "", 10); })->empty());
  EXPECT_EQ(*read([&](Tx& tx) { return tx.repositories().count(registry(), 10); }), 0u);
  EXPECT_TRUE(read([&](Tx& tx) { return tx.layers().holders(registry(), digest("layer"), 10); })->empty());
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.lifecycle_policies().any_due(at(5)); }));
  EXPECT_FALSE(*read([&](Tx& tx) -> base::Result<bool> {
    BERTH_TRY(const auto facts, tx.authorization().resource_facts(repository("team/app").ref));
    return facts.exists;
  }));
  // Bytes that are still coming in have nowhere to go.
  EXPECT_FALSE(*write([&](Tx& tx) {
    return tx.uploads().advance({.id = "u", .repository = old, .size = 1, .state = {}, .expires = at(9)}, 0);
  }));
  auto fresh = repository("team/app");
  fresh.id = "fresh";
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.repositories().create(fresh); }));
  EXPECT_EQ(id_of("team/app"), "fresh");
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.images().any("fresh"); }));
}

TEST_P(RepositoryLifeTest, TwoOfOneNameMayBeGoing) {
  for (const auto* id : {"first", "second"}) {
    auto made = repository("team/app");
    made.id = id;
    EXPECT_TRUE(*write([&](Tx& tx) { return tx.repositories().create(made); }));
    remove(id);
  }
  EXPECT_EQ(*read([&](Tx& tx) { return tx.repository_remains().count(10); }), 2u);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.repository_remains().count(1); }), 1u);
}

TEST_P(RepositoryLifeTest, ClearsAwayAllThatHungOnItBatchByBatch) {
  const auto old = make("team/app");
  const auto other = make("team/other");
  for (const auto& repo : {old, other}) {
    for (int i = 0; i < 5; ++i) {
      const auto layer = digest("layer " + std::to_string(i));
      hold(repo, layer);
      auto image = manifest("m " + std::to_string(i));
      image.blobs = {{.digest = layer, .media_type = "t", .size = 3}};
      if (i > 0) image.children = {digest("m " + std::to_string(i - 1))};
      put(repo, image, {"a" + std::to_string(i), "b" + std::to_string(i)});
    }
    ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.policies().put(repo, "{}"));
      BERTH_CHECK(tx.repositories().put_tag(repo, {"key", "value"}));
      BERTH_CHECK(tx.lifecycle_previews().start(repo, "p" + repo, "{}", at(1)));
      std::vector<PreviewEntry> entries;
      for (int i = 0; i < 9; ++i) entries.push_back({.position = i, .digest = "d", .tags = {}, .pushed = at(1)});
      BERTH_CHECK(tx.lifecycle_previews().add(repo, entries));
      return tx.uploads().create({.id = "u" + repo, .repository = repo, .state = {}, .expires = at(9)});
    })));
  }
  remove(old);
  EXPECT_EQ(clear(4), 4u);
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.repository_remains().any(); }));
  auto again = repository("team/app");  // with the same id, so that what was left behind would be seen
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.repositories().create(again); }));
  EXPECT_EQ(images(old), 0u);
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.images().any(old); }));
  EXPECT_TRUE(read([&](Tx& tx) { return tx.images().tags(old, "", 10); })->empty());
  EXPECT_TRUE(read([&](Tx& tx) { return tx.images().parents(old, digest("m 0"), 10); })->empty());
  EXPECT_TRUE(read([&](Tx& tx) { return tx.repositories().tags(old); })->empty());
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.policies().find(old); }));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.layers().find(old, digest("layer 0")); }));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.uploads().find(old, "u" + old); }));
  EXPECT_TRUE(*read([&](Tx& tx) { return tx.blobs().find(digest("layer 0")); }));  // bytes are another matter
  // And nothing else.
  EXPECT_EQ(images(other), 5u);
  EXPECT_EQ(read([&](Tx& tx) { return tx.images().tags(other, "", 100); })->size(), 10u);
  EXPECT_TRUE(*read([&](Tx& tx) { return tx.uploads().find(other, "u" + other); }));
}

TEST_P(RepositoryLifeTest, LargeManifestsGoAFewAtATime) {
  const auto old = make("team/app");
  for (int i = 0; i < 4; ++i) {
    auto image = manifest("m " + std::to_string(i));
    image.image.manifest_size = 600 << 10;
    put(old, image);
  }
  remove(old);
  EXPECT_EQ(clear(100), 2u);
}

TEST_P(RepositoryLifeTest, CountsItsImages) {
  const auto repo = make("team/app");
  EXPECT_EQ(images(repo), 0u);
  for (int i = 0; i < 40; ++i) put(repo, manifest("m " + std::to_string(i)), {"t" + std::to_string(i)});
  put(repo, manifest("m 1"), {"again"});
  EXPECT_EQ(images(repo), 40u);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.images().remove(repo, digest("m 7"), {at(2), at(2)}); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.images().remove(repo, digest("m 7"), {at(2), at(2)}); }));
  EXPECT_EQ(images(repo), 39u);
  EXPECT_EQ(images(make("team/other")), 0u);
}

TEST_P(RepositoryLifeTest, IsRenamedWithAllThatIsInIt) {
  const auto repo = make("team/app");
  make("team/taken");
  make("team/new", registry("999999999999"));
  put(repo, manifest("m"), {"latest"});
  const auto name = [](std::string_view text) { return model::RepositoryName::parse(text).value(); };
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.repositories().rename(repo, name("team/taken")); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.repositories().rename(repo, name("team/app")); }));
  EXPECT_EQ(id_of("team/app"), repo);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.repositories().rename(repo, name("team/new")); }));
  EXPECT_FALSE(id_of("team/app"));
  EXPECT_EQ(id_of("team/new"), repo);
  EXPECT_TRUE(*read([&](Tx& tx) { return tx.images().find_by_tag(*id_of("team/new"), "latest"); }));
}

TEST_P(RepositoryLifeTest, AreFoundBelowAPrefix) {
  for (const auto* name : {"team", "team-x", "team.y", "team/app", "team/app/one", "team0", "teams/app", "tea"}) {
    make(name);
  }
  make("team/other", registry("999999999999"));
  using Names = std::vector<std::string>;
  EXPECT_EQ(below("team"), (Names{"team", "team/app", "team/app/one"}));
  EXPECT_EQ(below("team", "team", 1), (Names{"team/app"}));
  EXPECT_EQ(below("team/app"), (Names{"team/app", "team/app/one"}));
  EXPECT_EQ(below("no/where"), Names{});
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.repositories().set_deletion_protected(repository("team/app/one").id, true));
    BERTH_CHECK(tx.repositories().set_deletion_protected(repository("team0").id, true));
    return tx.repositories().set_deletion_protected(repository("team-x").id, true);
  })));
  const auto protected_below = [&](const std::string& prefix) {
    return *read([&](Tx& tx) { return tx.repositories().protected_below(registry(), prefix, 10); });
  };
  EXPECT_EQ(protected_below("team"), (Names{"team/app/one"}));
  EXPECT_EQ(protected_below("tea"), Names{});
  EXPECT_TRUE((*read([&](Tx& tx) { return tx.repositories().find(repository("team0").ref); }))->deletion_protected);
  EXPECT_FALSE((*read([&](Tx& tx) { return tx.repositories().find(repository("team").ref); }))->deletion_protected);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.repositories().count(registry(), 100); }), 8u);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.repositories().count(registry(), 3); }), 3u);
}

}  // namespace
}  // namespace berth::meta
