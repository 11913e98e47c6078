#include "base/stderr_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <string>

namespace berth::base {
namespace {

TEST(StderrLog, LevelsAndErrors) {
  const ManualClock clock(from_micros(0));
  StderrLog log(LogLevel::warning, LogFormat::json, clock);
  testing::internal::CaptureStderr();
  log.info("not seen");
  log.error(
      "failed",
      Error{
          .code = Errc::storage_full, .message = "no space", .details = {}, .where = std::source_location::current()});
  log.set_level(LogLevel::off);
  log.error("not seen");
  const std::string seen = testing::internal::GetCapturedStderr();
  EXPECT_EQ(seen.find("not seen"), std::string::npos);
  EXPECT_TRUE(seen.starts_with(
      R"({"time":"1970-01-01T00:00:00.000000Z","level":"error","event":"failed","code":"storage_full",)"
      R"("message":"no space","where":)"))
      << seen;
  EXPECT_TRUE(seen.ends_with("}\n"));
}

TEST(StderrLog, KeepsTheOrderAndWritesTheRestAtTheEnd) {
  const ManualClock clock(from_micros(0));
  testing::internal::CaptureStderr();
  {
    StderrLog log(LogLevel::info, LogFormat::text, clock);
    log.info("first");
    log.warning("second");
    log.info("third");
  }
  const std::string seen = testing::internal::GetCapturedStderr();
  EXPECT_LT(seen.find("first"), seen.find("second"));
  EXPECT_LT(seen.find("second"), seen.find("third"));
  EXPECT_TRUE(seen.ends_with("third\n"));
}

// Standard error as a pipe that nobody reads, for a while.
class Clogged {
 public:
  Clogged() : kept_(::dup(STDERR_FILENO)) {
    EXPECT_EQ(::pipe(ends_), 0);
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }
  ~Clogged() { ::dup2(kept_, STDERR_FILENO), ::close(kept_); }

  // Everything, until the other end is closed.
  std::future<std::string> read() {
    return std::async(std::launch::async, [in = ends_[0]] {
      std::string all;
      char piece[65536];
      for (ssize_t n = 0; (n = ::read(in, piece, sizeof piece)) > 0;) all.append(piece, static_cast<std::size_t>(n));
      ::close(in);
      return all;
    });
  }
  void close() { ::dup2(kept_, STDERR_FILENO); }

 private:
  int kept_;
  int ends_[2];
};

TEST(StderrLog, NeverWaitsForASlowReaderAndTellsWhatItLeftOut) {
  const ManualClock clock(from_micros(0));
  Clogged reader;
  std::string all;
  {
    StderrLog log(LogLevel::info, LogFormat::text, clock);
    const std::string text(1000, 'x');
    for (int i = 0; i < 12'000; ++i) log.info("line", {{"text", text}});  // returns, though nobody reads
    auto reading = reader.read();
    // The first that is told when there is room again.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < until && log.left_out() != 0) log.info("room");
    EXPECT_EQ(log.left_out(), 0);
    log.warning("end");
    reader.close();
    all = reading.get();
  }
  EXPECT_NE(all.find("lines were left out lines="), std::string::npos);
  EXPECT_NE(all.find("end\n"), std::string::npos);
}

}  // namespace
}  // namespace berth::base
