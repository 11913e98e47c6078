#include "base/log.h"

#include <gtest/gtest.h>

#include <sstream>

namespace berth::base {
namespace {

std::string line(LogFormat format, std::string_view event, std::initializer_list<LogField> fields) {
  return format_log_line(format, from_micros(1'700'000'000'000'042), LogLevel::warning, event,
                         std::span(fields.begin(), fields.size()));
}

TEST(Log, Json) {
  EXPECT_EQ(line(LogFormat::json, "upload expired", {{"id", "a\"b"}, {"bytes", 5U}, {"age", -1.5}, {"ok", false}}),
            R"({"time":"2023-11-14T22:13:20.000042Z","level":"warning","event":"upload expired",)"
            R"("id":"a\"b","bytes":5,"age":-1.5,"ok":false})");
}

TEST(Log, Text) {
  EXPECT_EQ(
      line(LogFormat::text, "listening", {{"address", std::string("127.0.0.1:5000")}, {"note", "two words"}, {"n", 3}}),
      R"(2023-11-14T22:13:20.000042Z warning listening address=127.0.0.1:5000 note="two words" n=3)");
  EXPECT_EQ(line(LogFormat::text, "x", {{"empty", ""}}), R"(2023-11-14T22:13:20.000042Z warning x empty="")");
}

TEST(Log, NoFieldForgesALine) {
  for (const LogFormat format : {LogFormat::json, LogFormat::text}) {
    const std::string text = line(format, "a\nb", {{"path", "/v2/\r\n{\"level\":\"info\"}\x1b[2J\xff"}, {"k\n", "v"}});
    EXPECT_EQ(text.find_first_of("\n\r\x1b"), std::string::npos) << text;
    EXPECT_EQ(text.find('\xff'), std::string::npos) << text;
  }
}

TEST(Log, NumbersJsonCannotHold) {
  EXPECT_NE(line(LogFormat::json, "e", {{"x", std::numeric_limits<double>::infinity()}}).find("\"x\":null"),
            std::string::npos);
}

TEST(Log, SecretsStaySecret) {
  const Secret secret("hunter2");
  EXPECT_EQ(line(LogFormat::text, "e", {{"password", secret}}).find("hunter2"), std::string::npos);
  std::ostringstream out;
  out << secret;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(secret.reveal(), "hunter2");
}

}  // namespace
}  // namespace berth::base
