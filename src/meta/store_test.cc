// Repositories, layers and uploads, on each engine.
#include "meta/store.h"

#include <set>

#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

BERTH_ON_EVERY_ENGINE(StoreTest);

TEST_P(StoreTest, MigratesTwice) {
  make("team/app");
  EXPECT_TRUE(*read([&](Tx& tx) -> base::Result<bool> {
    BERTH_TRY(const auto found, tx.repositories().find(repository("team/app").ref));
    return found.has_value();
  }));
}

TEST_P(StoreTest, TakesARepositoryNameOnce) {
  make("team/app");
  auto again = repository("team/app");
  again.id = "another";
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.repositories().create(again); }));
  make("team/app", registry("123456789012", "eu-west-1"));
  make("team/app", registry("999999999999"));
  const auto found = read([&](Tx& tx) { return tx.repositories().find(repository("team/app").ref); });
  ASSERT_TRUE(ok(found) && *found);
  EXPECT_EQ((*found)->id, repository("team/app").id);
  EXPECT_EQ(*read([&](Tx& tx) -> base::Result<bool> {
    BERTH_TRY(const auto none, tx.repositories().find(repository("team/ap").ref));
    return none.has_value();
  }),
            false);
}

TEST_P(StoreTest, GivesBackARepository) {
  auto made = repository("team/app");
  made.created = at(1'234'567'890'123);
  made.mutability =
      model::TagMutability::make(model::TagMutabilityMode::immutable_with_exclusion, {"dev-*", "*", "a_b"}).value();
  made.scan_on_push = true;
  made.encryption_type = "KMS";
  made.kms_key = "arn:aws:kms:us-east-1:123456789012:key/1";
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.repositories().create(made); })));
  auto found = read([&](Tx& tx) { return tx.repositories().find(made.ref); });
  ASSERT_TRUE(ok(found) && *found);
  EXPECT_EQ((*found)->created, made.created);
  EXPECT_EQ((*found)->mutability, made.mutability);
  EXPECT_TRUE((*found)->scan_on_push);
  EXPECT_EQ((*found)->encryption_type, "KMS");
  EXPECT_EQ((*found)->kms_key, made.kms_key);
  for (const auto& mutability :
       {model::TagMutability::make(model::TagMutabilityMode::immutable, {}).value(), model::TagMutability(),
        model::TagMutability::make(model::TagMutabilityMode::mutable_with_exclusion, {"v*"}).value()}) {
    ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.repositories().set_mutability(made.id, mutability); })));
    EXPECT_EQ((*read([&](Tx& tx) { return tx.repositories().find(made.ref); }))->mutability, mutability);
  }
}

TEST_P(StoreTest, ListsRepositoriesByTheBytesOfTheirNames) {
  const std::vector<std::string> names = {"00", "a-b", "a.b", "a/b", "a_b", "ab", "b0"};
  for (const auto& name : names) {
    make(name);
    make("other/" + name, registry("999999999999"));
  }
  for (const std::size_t size : {1u, 3u, 7u, 50u}) {
    std::vector<std::string> all;
    for (;;) {
      const auto page =
          read([&](Tx& tx) { return tx.repositories().list(registry(), all.empty() ? "" : all.back(), size); });
      ASSERT_TRUE(ok(page));
      if (page->empty()) break;
      ASSERT_LE(page->size(), size);
      for (const auto& found : *page) all.push_back(found.ref.name.text());
    }
    EXPECT_EQ(all, names) << size;
  }
}

TEST_P(StoreTest, KeepsResourceTags) {
  const auto repo = make("team/app");
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    for (const model::ResourceTag& tag : {model::ResourceTag{"b", "1"}, {"B", ""}, {"\xc3\xa9", "x"}, {"b", "2"}}) {
      BERTH_CHECK(tx.repositories().put_tag(repo, tag));
    }
    BERTH_CHECK(tx.repositories().remove_tag(repo, "unknown"));
    return tx.repositories().remove_tag(repo, "\xc3\xa9");
  })));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.repositories().tags(repo); }),
            (std::vector<model::ResourceTag>{{"B", ""}, {"b", "2"}}));
}

TEST_P(StoreTest, ShowsALayerOnlyWhereItIsLinked) {
  const auto repo = make("team/app");
  const auto other = make("team/other");
  const auto layer = digest("layer");
  hold(repo, layer, 1ULL << 40);
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.layers().link(repo, layer, at(2)); }));
  auto found = read([&](Tx& tx) { return tx.layers().find(repo, layer); });
  ASSERT_TRUE(ok(found) && *found);
  EXPECT_EQ((*found)->blob.size, 1ULL << 40);
  EXPECT_FALSE((*found)->referenced);
  EXPECT_EQ((*found)->media_type, std::nullopt);
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.layers().find(other, layer); }));

  // An image of another repository references its own link, not ours.
  hold(other, layer, 1ULL << 40);
  auto made = manifest("m");
  made.blobs = {{.digest = layer, .media_type = "application/layer", .size = 3}};
  put(other, made);
  EXPECT_FALSE((*read([&](Tx& tx) { return tx.layers().find(repo, layer); }))->referenced);
  found = read([&](Tx& tx) { return tx.layers().find(other, layer); });
  EXPECT_TRUE((*found)->referenced);
  EXPECT_EQ((*found)->media_type, "application/layer");

  EXPECT_TRUE(*write([&](Tx& tx) { return tx.layers().unlink(repo, layer); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.layers().unlink(repo, layer); }));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.layers().find(repo, layer); }));
  EXPECT_TRUE(*read([&](Tx& tx) { return tx.blobs().find(layer); }));
}

TEST_P(StoreTest, NamesTheHoldersInOneRegistry) {
  const auto layer = digest("layer");
  auto image = manifest("image");
  image.blobs.push_back({.digest = layer, .media_type = "application/layer", .size = 3});
  const auto hold_by_image = [&](const std::string& repository) {
    hold(repository, layer);
    put(repository, image);
  };
  for (const auto* name : {"a0", "b0", "c0"}) hold_by_image(make(name));
  make("empty");
  hold(make("loose"), layer);
  hold_by_image(make("a0", registry("999999999999")));
  hold_by_image(make("a0", registry("123456789012", "eu-west-1")));
  const auto holders = read([&](Tx& tx) { return tx.layers().holders(registry(), layer, 10); });
  ASSERT_TRUE(ok(holders));
  std::set<std::string> names;
  for (const auto& holder : *holders) {
    EXPECT_EQ(holder.ref.registry.account.text(), "123456789012");
    EXPECT_EQ(holder.ref.registry.region.text(), "us-east-1");
    names.insert(holder.ref.name.text());
  }
  EXPECT_EQ(names, (std::set<std::string>{"a0", "b0", "c0", "loose"}));
  EXPECT_EQ(read([&](Tx& tx) { return tx.layers().holders(registry(), layer, 2); })->size(), 2u);
}

TEST_P(StoreTest, ListsAllBlobs) {
  const auto repo = make("team/app");
  std::set<std::string> expected;
  for (int i = 0; i < 9; ++i) {
    const auto layer = digest("layer " + std::to_string(i));
    hold(repo, layer, static_cast<std::uint64_t>(i));
    expected.insert(layer.text());
  }
  std::vector<std::string> all;
  for (;;) {
    const auto page = read([&](Tx& tx) { return tx.blobs().page(all.empty() ? "" : all.back(), 4); });
    ASSERT_TRUE(ok(page));
    if (page->empty()) break;
    for (const auto& blob : *page) all.push_back(blob.digest.text());
  }
  EXPECT_EQ(all, std::vector<std::string>(expected.begin(), expected.end()));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.blobs().find(digest("never")); }));
}

TEST_P(StoreTest, MovesAnUploadOnFromWhereItIs) {
  const auto repo = make("team/app");
  Upload upload{.id = "u",
                .repository = repo,
                .algorithm = model::DigestAlgorithm::sha512,
                .size = 0,
                .state = {},
                .expires = at(100)};
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.uploads().create(upload); })));
  upload.size = 10;
  upload.state = std::string("\0state", 6);
  upload.parts = 2;
  upload.last_part_short = true;
  upload.middle_part_short = true;
  upload.expires = at(200);
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.uploads().advance(upload, 5); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.uploads().advance(upload, 0); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.uploads().advance(upload, 0); }));
  const auto found = read([&](Tx& tx) { return tx.uploads().find(repo, "u"); });
  ASSERT_TRUE(ok(found) && *found);
  EXPECT_EQ((*found)->algorithm, model::DigestAlgorithm::sha512);
  EXPECT_EQ((*found)->size, 10u);
  EXPECT_EQ((*found)->state, upload.state);
  EXPECT_EQ((*found)->parts, 2);
  EXPECT_TRUE((*found)->last_part_short);
  EXPECT_TRUE((*found)->middle_part_short);
  EXPECT_EQ((*found)->expires, at(200));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.uploads().find(make("team/other"), "u"); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.uploads().remove("u"); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.uploads().remove("u"); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.uploads().advance(upload, 10); }));
}

TEST_P(StoreTest, ExpiresUploadsOldestFirst) {
  const auto repo = make("team/app");
  for (const auto& [id, expires] : std::vector<std::pair<std::string, int>>{{"c", 30}, {"a", 10}, {"b", 20}}) {
    ASSERT_TRUE(ok(write([&](Tx& tx) {
      return tx.uploads().create({.id = id, .repository = repo, .state = {}, .expires = at(expires)});
    })));
  }
  const auto expired = [&](int now, std::size_t limit) {
    return *read([&](Tx& tx) { return tx.uploads().expired(at(now), limit); });
  };
  EXPECT_EQ(expired(9, 10), std::vector<std::string>{});
  EXPECT_EQ(expired(20, 10), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(expired(99, 1), (std::vector<std::string>{"a"}));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.uploads().remove_expired("c", at(29)); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.uploads().remove_expired("c", at(30)); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.uploads().remove_expired("c", at(30)); }));
}

TEST_P(StoreTest, TakesBackWhatAFailedWriteDid) {
  EXPECT_TRUE(fails_with(base::Errc::tag_immutable, write([&](Tx& tx) -> base::Result<bool> {
                           BERTH_CHECK(tx.repositories().create(repository("team/app")));
                           return base::fail(base::Errc::tag_immutable, "no");
                         })));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.repositories().find(repository("team/app").ref); }));
}

}  // namespace
}  // namespace berth::meta
