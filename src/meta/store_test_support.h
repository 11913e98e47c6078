// The store on each engine that this machine has. Included by *_test.cc only.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/test_support.h"
#include "crypto/hash.h"
#include "meta/store.h"
#include "sql/postgres/test_schema.h"
#include "sql/sqlite/database.h"

namespace berth::meta {

using base::fails_with;
using base::ok;

// A database without anything in it.
class EngineTest : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    if (GetParam() == "sqlite") {
      database_ = sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
    } else {
      const char* server = std::getenv("BERTH_TEST_POSTGRES");
      if (server == nullptr) GTEST_SKIP() << "NOT TESTED on PostgreSQL: set BERTH_TEST_POSTGRES, see script/postgres";
      schema_ = std::make_unique<sql::postgres::TestSchema>(server);
      database_ = sql::postgres::PostgresDatabase::open({.url = schema_->url(), .connections = 2}).value();
    }
  }

  std::unique_ptr<sql::postgres::TestSchema> schema_;  // PostgreSQL only; goes last
  std::unique_ptr<sql::Database> database_;
};

class StoreTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    if (!database_) return;
    store_.emplace(*database_);
    ASSERT_TRUE(ok(store_->migrate()));
  }

  template <class F>
  auto read(F f) {
    return store_->read({}, f);
  }
  template <class F>
  auto write(F f) {
    return store_->write({}, f);
  }

  static base::Timestamp at(std::int64_t micros) { return base::from_micros(micros); }
  static model::RegistryRef registry(std::string_view account = "123456789012", std::string_view region = "us-east-1") {
    return {model::AccountId::parse(account).value(), model::Region::parse(region).value()};
  }
  static model::Repository repository(const std::string& name, const model::RegistryRef& in = registry()) {
    return {.id = "id " + in.account.text() + in.region.text() + name,
            .ref = {in, model::RepositoryName::parse(name).value()},
            .created = at(1),
            .mutability = {},
            .kms_key = {}};
  }
  static model::Digest digest(std::string_view text) {
    return model::Digest::from_raw(model::DigestAlgorithm::sha256, crypto::sha256(base::as_bytes(text)));
  }
  static NewManifest manifest(std::string_view name, std::int64_t pushed = 5) {
    return {.image = {.digest = digest(name),
                      .media_type = "application/vnd.oci.image.manifest.v1+json",
                      .artifact_type = {},
                      .manifest_size = name.size(),
                      .image_size = 7,
                      .subject = {},
                      .annotations = {},
                      .pushed = at(pushed),
                      .tags = {}},
            .bytes = std::string(name),
            .blobs = {},
            .children = {}};
  }
  std::string make(const std::string& name, const model::RegistryRef& in = registry()) {
    const auto made = repository(name, in);
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.repositories().create(made); })));
    return made.id;
  }
  void put(const std::string& repository, const NewManifest& made, const std::vector<std::string>& tags = {}) {
    EXPECT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.images().put(repository, made));
      for (const auto& tag : tags) BERTH_CHECK(tx.images().put_tag(repository, tag, made.image.digest, at(9)));
      return {};
    })));
  }
  void hold(const std::string& repository, const model::Digest& layer, std::uint64_t size = 3) {
    EXPECT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.blobs().put(layer, "", size, at(1), at(2)));
      BERTH_CHECK(tx.layers().link(repository, layer, at(1)));
      return {};
    })));
  }

 private:
  std::optional<Store> store_;
};

#define BERTH_ON_EVERY_ENGINE(Suite)                                              \
  INSTANTIATE_TEST_SUITE_P(Engines, Suite, testing::Values("sqlite", "postgres"), \
                           [](const auto& param) { return std::string(param.param); })

}  // namespace berth::meta
