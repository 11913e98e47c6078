#include "meta/schema.h"
#include "meta/store_test_support.h"
#include "sql/migrate.h"

namespace berth::meta {
namespace {

class PullTimesTest : public StoreTest {
 protected:
  PullTimesTest() = default;

  std::int64_t record(const std::vector<PullTime>& pulls) {
    return write([&](Tx& tx) { return tx.pull_times().record(pulls); }).value();
  }
  std::optional<base::Timestamp> pulled(const std::string& repository, const model::Digest& image) {
    return read([&](Tx& tx) { return tx.images().describe(repository, image); })->value().pulled;
  }
  using Names = std::vector<std::string>;
  Names excluded(const model::RegistryRef& in, const std::string& after = "", std::size_t limit = 9) {
    return read([&](Tx& tx) { return tx.pull_times().excluded(in, after, limit); }).value();
  }
};
BERTH_ON_EVERY_ENGINE(PullTimesTest);

TEST_P(PullTimesTest, MoveOnAndNeverBack) {
  const auto repo = make("team/app");
  const auto other = make("team/other");
  put(repo, manifest("one"), {"v1"});
  put(repo, manifest("two"));
  put(other, manifest("one"));
  EXPECT_FALSE(pulled(repo, digest("one")));
  const auto of = [&](const std::string& name, std::int64_t time) {
    return PullTime{.repository = repo, .digest = digest(name).text(), .time = at(time)};
  };
  EXPECT_EQ(record({of("one", 100), of("two", 50), of("gone", 70)}), 2);
  EXPECT_EQ(record({of("one", 100), of("two", 40)}), 0);
  EXPECT_EQ(pulled(repo, digest("one")), at(100));
  EXPECT_EQ(pulled(repo, digest("two")), at(50));
  EXPECT_FALSE(pulled(other, digest("one")));
  EXPECT_EQ(record({of("one", 101)}), 1);
  EXPECT_EQ(read([&](Tx& tx) { return tx.images().find_by_tag(repo, "v1"); })->value().image.pulled, at(101));
  for (const auto& image : read([&](Tx& tx) { return tx.image_outlines().images(repo, "", 9); }).value()) {
    EXPECT_EQ(image.pulled, at(image.digest == digest("one") ? 101 : 50));
  }
}

TEST_P(PullTimesTest, AnImagePushedAnewWasNeverPulled) {
  const auto repo = make("team/app");
  put(repo, manifest("one"));
  record({{.repository = repo, .digest = digest("one").text(), .time = at(100)}});
  put(repo, manifest("one"), {"again"});
  EXPECT_EQ(pulled(repo, digest("one")), at(100));
  EXPECT_TRUE(write([&](Tx& tx) { return tx.images().remove(repo, digest("one"), {at(2), at(2)}); }).value());
  put(repo, manifest("one"));
  EXPECT_FALSE(pulled(repo, digest("one")));
}

TEST_P(PullTimesTest, ANewDatabaseKnowsAllPulls) {
  EXPECT_EQ(read([](Tx& tx) { return tx.pull_times().recorded_since(); }).value(), base::Timestamp{});
}

TEST_P(PullTimesTest, ExclusionsAreOfOneRegistry) {
  const auto here = registry();
  const auto there = registry("123456789012", "eu-west-1");
  const auto exclude = [&](const model::RegistryRef& in, const std::string& principal) {
    return write([&](Tx& tx) { return tx.pull_times().exclude(in, principal, at(7)); }).value();
  };
  for (const auto* name : {"c", "a", "b"}) EXPECT_TRUE(exclude(here, name));
  EXPECT_FALSE(exclude(here, "a"));
  EXPECT_TRUE(exclude(there, "a"));
  EXPECT_EQ(excluded(here), (Names{"a", "b", "c"}));
  EXPECT_EQ(excluded(here, "a", 1), (Names{"b"}));
  const auto include = [&](const std::string& principal) {
    return write([&](Tx& tx) { return tx.pull_times().include(here, principal); }).value();
  };
  EXPECT_TRUE(include("a"));
  EXPECT_FALSE(include("a"));
  EXPECT_EQ(excluded(here), (Names{"b", "c"}));
  EXPECT_EQ(excluded(there), (Names{"a"}));
}

class OlderDatabase : public EngineTest {};
BERTH_ON_EVERY_ENGINE(OlderDatabase);

TEST_P(OlderDatabase, KnowsThatItDidNotRecordPulls) {
  ASSERT_TRUE(base::ok(sql::migrate(*database_, migrations().first(3))));
  ASSERT_TRUE(base::ok(database_->write({}, [](sql::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(
        tx.exec("INSERT INTO repositories (id, account, region, name, created_at, tag_mutability, "
                "tag_exclusions, scan_on_push, encryption_type) VALUES ('r', '1', 'e', 'a', 1, 'MUTABLE', '', "
                "0, 'AES256')",
                {}));
    BERTH_CHECK(
        tx.exec("INSERT INTO manifests (repository, digest, media_type, manifest_size, image_size, "
                "annotations, pushed_at, bytes) VALUES ('r', 'sha256:0', 'm', 1, 1, '', 777, $1)",
                {sql::Blob{"x"}}));
    return {};
  })));
  Store store(*database_);
  ASSERT_TRUE(base::ok(store.migrate()));
  EXPECT_EQ(base::to_micros(store.read({}, [](Tx& tx) { return tx.pull_times().recorded_since(); }).value()), 777);
}

}  // namespace
}  // namespace berth::meta
