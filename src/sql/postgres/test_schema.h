// A PostgreSQL schema for one test, dropped with all that is in it. For tests, of meta too.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/test_support.h"
#include "sql/postgres/database.h"

namespace berth::sql::postgres {

class TestSchema {
 public:
  // `server`: the URL of a database in which we may make schemas.
  explicit TestSchema(const std::string& server) : name_(next_name()) {
    const std::string options = "options=-csearch_path%3D" + name_;
    url_ = base::Secret(server + (server.find('?') == std::string::npos ? "?" : "&") + options);
    auto opened = PostgresDatabase::open({.url = url_, .connections = 1});
    EXPECT_TRUE(ok(opened));
    if (!opened) return;
    admin_ = std::move(*opened);
    run("CREATE SCHEMA " + name_);
  }
  TestSchema(const TestSchema&) = delete;
  TestSchema& operator=(const TestSchema&) = delete;
  ~TestSchema() {
    if (admin_) run("DROP SCHEMA " + name_ + " CASCADE");
  }

  // Of a database that has this schema alone.
  const base::Secret& url() const { return url_; }
  // A statement on a connection of its own, in this schema.
  void run(const std::string& sql) {
    EXPECT_TRUE(ok(admin_->write(base::Deadline::after(std::chrono::seconds(30)), [&](Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.exec(sql));
      return {};
    })));
  }

 private:
  static std::string next_name() {
    static std::atomic<int> count = 0;
    return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  }

  std::string name_;
  base::Secret url_;
  std::unique_ptr<PostgresDatabase> admin_;
};

}  // namespace berth::sql::postgres
