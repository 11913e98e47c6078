// Metadata out of one engine and into another.
#include "meta/dump.h"

#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

using base::Errc;

class Lines final : public DumpSink {
 public:
  base::Result<void> begin() override {
    lines.clear();
    blobs.clear();
    return {};
  }
  base::Result<void> line(std::string_view text) override {
    lines.emplace_back(text);
    return {};
  }
  base::Result<void> blob(const StoredBlob& blob) override {
    blobs.push_back(blob);
    return {};
  }

  OpenDump source() const {
    class Source final : public DumpSource {
     public:
      explicit Source(std::vector<std::string> lines) : lines_(std::move(lines)) {}
      base::Result<std::optional<std::string>> line() override {
        if (next_ == lines_.size()) return std::nullopt;
        return lines_[next_++];
      }

     private:
      std::vector<std::string> lines_;
      std::size_t next_ = 0;
    };
    return [all = lines]() -> base::Result<std::unique_ptr<DumpSource>> { return std::make_unique<Source>(all); };
  }

  std::vector<std::string> lines;
  std::vector<StoredBlob> blobs;
};

// With an image, names with quotes in them, bytes that are no text, more rows than a page has.
class DumpTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (!database_) return;
    ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.accounts().create(
          {.id = registry().account, .name = "O'Neill \"the\" \xc3\xbc\n\t\\ one", .email = "a@b"}));
      BERTH_CHECK(tx.repositories().create(repository("team/app")));
      for (int i = 0; i < 130; ++i) {
        auto image = manifest("image " + std::to_string(i));
        image.bytes = std::string("\x00\xff\xfe", 3) + std::to_string(i);
        BERTH_CHECK(tx.images().put(repository("team/app").id, image));
        BERTH_CHECK(tx.images().put_tag(repository("team/app").id, "v" + std::to_string(i), image.image.digest, at(9)));
        BERTH_CHECK(tx.blobs().put(digest("blob " + std::to_string(i)), "KEY" + std::to_string(i), 7, at(1), at(2)));
      }
      BERTH_CHECK(tx.backup_holds().put("hold", at(5)));
      return {};
    })));
  }
  Lines dump() {
    Lines lines;
    EXPECT_TRUE(ok(Store(*database_).dump({}, lines)));
    return lines;
  }
};
BERTH_ON_EVERY_ENGINE(DumpTest);

// Into each engine from each.
TEST_P(DumpTest, ComesBackAsItWas) {
  const auto lines = dump();
  EXPECT_EQ(lines.blobs.size(), 130U);
  EXPECT_EQ(lines.blobs[0].size, 7U);
  EXPECT_TRUE(lines.blobs[0].key.starts_with("KEY"));
  const auto into = [&](sql::Database& database) {
    Store other(database);
    EXPECT_TRUE(other.empty().value());
    ASSERT_TRUE(ok(other.load({}, lines.source())));
    EXPECT_FALSE(other.empty().value());
    Lines again;
    ASSERT_TRUE(ok(other.dump({}, again)));
    EXPECT_EQ(again.lines, lines.lines);
    const auto held = other.read({}, [](Tx& tx) { return tx.backup_holds().any(base::from_micros(0)); });
    EXPECT_FALSE(held.value()) << "what is of the running server stays behind";
    EXPECT_TRUE(fails_with(Errc::conflict, other.load({}, lines.source()))) << "it is not empty any more";
  };
  into(*sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value());
  if (const char* server = std::getenv("BERTH_TEST_POSTGRES"); server != nullptr) {
    const sql::postgres::TestSchema schema(server);
    into(*sql::postgres::PostgresDatabase::open({.url = schema.url(), .connections = 2}).value());
  }
}

TEST_P(DumpTest, EveryTableIsInItOrKnownNotToBe) {
  const auto head = dump().lines.front();
  for (const auto* table :
       {"accounts", "manifests", "tags", "blobs", "access_keys", "entities", "repository_policies"}) {
    EXPECT_NE(head.find("\"" + std::string(table) + "\""), std::string::npos) << table;
  }
  for (const auto* table : {"uploads", "dead_files", "backup_holds", "schema_migrations"}) {
    EXPECT_EQ(head.find("\"" + std::string(table) + "\""), std::string::npos) << table;
  }
}

TEST_P(DumpTest, DamageIsRefusedAndNothingStays) {
  const auto good = dump();
  const auto refused = [&](Errc code, const std::function<void(std::vector<std::string>&)>& spoil) {
    auto lines = good;
    spoil(lines.lines);
    const auto database = sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
    Store other(*database);
    EXPECT_TRUE(fails_with(code, other.load({}, lines.source())));
    EXPECT_TRUE(other.empty().value());
  };
  refused(Errc::corrupt, [](auto& lines) { lines.clear(); });
  refused(Errc::corrupt, [](auto& lines) { lines.pop_back(); });
  refused(Errc::corrupt, [](auto& lines) { lines.resize(lines.size() / 2); });
  refused(Errc::corrupt, [](auto& lines) { lines.erase(lines.end() - 3); });
  refused(Errc::corrupt, [](auto& lines) { lines.push_back("[]"); });
  refused(Errc::corrupt, [](auto& lines) { lines[2] = "[1,2"; });
  refused(Errc::corrupt, [](auto& lines) { lines[2] = R"(["only one"])"; });
  refused(Errc::corrupt, [](auto& lines) { lines[2] = R"([{"x":1}])"; });
  refused(Errc::corrupt, [](auto& lines) { lines[0].replace(lines[0].find("accounts"), 8, "a b;--c "); });
  refused(Errc::unsupported, [](auto& lines) {
    const auto at = lines[0].find(R"("schema":)") + 9;
    lines[0].replace(at, lines[0].find(',', at) - at, "9999");
  });
}

// What a program of today does with a backup that an older one made.
TEST_P(DumpTest, AnOlderOneIsMigrated) {
  Lines old;
  // As dump() of that program: without what it has no tables for.
  old.lines = {
      R"({"berth":"metadata","schema":1,"tables":[{"name":"accounts","columns":["id","created_at"],"key":["id"]}]})",
      R"({"table":"accounts"})", R"(["123456789012",7])", R"({"rows":1})"};
  const auto fresh = sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
  Store store(*fresh);
  ASSERT_TRUE(ok(store.load({}, old.source())));
  const auto organization = store.read({}, [](Tx& tx) { return tx.organizations().find(); });
  ASSERT_TRUE(ok(organization));
  EXPECT_TRUE(organization->has_value()) << "migrations made it of the account";
}

}  // namespace
}  // namespace berth::meta
