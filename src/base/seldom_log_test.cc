#include "base/seldom_log.h"

#include <gtest/gtest.h>

#include <vector>

namespace berth::base {
namespace {

class Lines final : public Log {
 public:
  using Log::write;
  bool enabled(LogLevel level) const override { return level >= LogLevel::info; }
  void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
    lines.push_back(format_log_line(LogFormat::text, from_micros(0), level, event, fields).substr(28));
  }
  std::vector<std::string> lines;
};

Error error(Errc code) { return {.code = code, .message = "m", .details = {}, .where = {}}; }

struct Seldom : testing::Test {
  ManualClock clock;
  Lines inner;
  SeldomLog log{inner, clock};
};

TEST_F(Seldom, TellsTheSameWeatherOnceInAWhile) {
  for (int i = 0; i < 5; ++i) log.error("request failed", error(Errc::storage_full));
  EXPECT_EQ(inner.lines.size(), 1U);
  clock.advance(SeldomLog::kEvery);
  log.error("request failed", error(Errc::storage_full));
  ASSERT_EQ(inner.lines.size(), 2U);
  EXPECT_NE(inner.lines[1].find("left_out=4"), std::string::npos) << inner.lines[1];
  clock.advance(SeldomLog::kEvery);
  log.error("request failed", error(Errc::storage_full));
  EXPECT_EQ(inner.lines[2].find("left_out"), std::string::npos) << inner.lines[2];
}

TEST_F(Seldom, KeepsApartWhatIsNotTheSame) {
  log.error("request failed", error(Errc::storage_full));
  log.error("request failed", error(Errc::unavailable));
  log.error("pull times", error(Errc::storage_full));
  EXPECT_EQ(inner.lines.size(), 3U);
}

TEST_F(Seldom, LetsEverythingElsePass) {
  for (int i = 0; i < 2; ++i) {
    log.error("request failed", error(Errc::internal));
    log.info("request", {{"code", 507}});
    log.info("request", {{"status", "storage_full"}});
  }
  EXPECT_EQ(inner.lines.size(), 6U);
}

TEST_F(Seldom, SurvivesAClockThatIsSetBack) {
  log.error("request failed", error(Errc::storage_full));
  clock.advance(-std::chrono::hours(1));
  log.error("request failed", error(Errc::storage_full));
  EXPECT_EQ(inner.lines.size(), 2U);
}

}  // namespace
}  // namespace berth::base
