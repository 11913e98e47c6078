#include "app/memory_limit.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace berth::app {
namespace {

namespace fs = std::filesystem;
using config::kMiB;

// A machine's /proc and control groups, as files.
class MemoryLimit : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(root);
    write("proc/self/mountinfo", "24 1 0:22 / /proc rw - proc proc rw\n");
  }
  void TearDown() override { fs::remove_all(root); }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path, std::ios::app) << text;
  }
  std::optional<std::uint64_t> limit() const { return cgroup_memory_limit(root); }

  const fs::path root = fs::path(testing::TempDir()) / ("memory-limit-" + std::to_string(::getpid()));
  static constexpr const char* kV2 = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
  static constexpr const char* kV1 = "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
};

TEST_F(MemoryLimit, None) {
  EXPECT_EQ(limit(), std::nullopt);
  write("proc/self/mountinfo", kV2);
  write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(limit(), std::nullopt);
  write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(limit(), std::nullopt);
}

TEST_F(MemoryLimit, TheSmallestUpToTheRoot) {
  write("proc/self/mountinfo", kV2);
  write("proc/self/cgroup", "0::/system.slice/berth.service\n");
  write("sys/fs/cgroup/system.slice/berth.service/memory.max", "max\n");
  write("sys/fs/cgroup/system.slice/memory.max", "300000000\n");
  EXPECT_EQ(limit(), 300'000'000U);
  write("sys/fs/cgroup/system.slice/berth.service/memory.high", "200000000\n");
  EXPECT_EQ(limit(), 200'000'000U);
}

TEST_F(MemoryLimit, Version1) {
  write("proc/self/mountinfo", "32 24 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n");
  write("proc/self/mountinfo", kV1);
  write("proc/self/cgroup", "5:cpu:/other\n4:memory:/docker/abc\n0::/\n");
  write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "134217728\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(limit(), 128 * kMiB);
}

TEST_F(MemoryLimit, InAContainerThatSeesItsOwnPartOnly) {
  write("proc/self/mountinfo", "31 24 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  write("proc/self/cgroup", "4:memory:/docker/abc\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "134217728\n");
  EXPECT_EQ(limit(), 128 * kMiB);
  write("proc/self/cgroup", "");
  fs::remove(root / "proc/self/cgroup");
  write("proc/self/cgroup", "4:memory:/another\n");  // as named outside
  EXPECT_EQ(limit(), 128 * kMiB);
}

TEST(Fit, SharesOutAndNeverGivesMore) {
  config::Options options;
  fit_into(128 * kMiB, options);
  EXPECT_EQ(options.http.max_buffered_bytes, 16 * kMiB);
  EXPECT_EQ(options.http.stream_buffer_bytes, 16 * kMiB);
  EXPECT_EQ(options.http.max_connections, 2048U);
  config::Options large;
  fit_into(1024 * 1024 * kMiB, large);
  EXPECT_EQ(large.http.max_buffered_bytes, config::Options().http.max_buffered_bytes);
  EXPECT_EQ(large.http.max_connections, config::Options().http.max_connections);
  sql::sqlite::Options sqlite{.path = {}, .readers = 32};
  fit_into(1024 * kMiB, sqlite);
  EXPECT_EQ(sqlite.read_cache_bytes, 2 * kMiB);
  EXPECT_EQ(sqlite.write_cache_bytes, 8 * kMiB);
  fit_into(128 * kMiB, sqlite);
  EXPECT_EQ(sqlite.read_cache_bytes, 256 * config::kKiB);
  EXPECT_EQ(sqlite.write_cache_bytes, 2 * kMiB);
  EXPECT_EQ(cache_sizes(0).documents, auth::CacheSizes().documents);
  EXPECT_EQ(cache_sizes(128 * kMiB).documents, 512U);
  EXPECT_EQ(cache_sizes(128 * kMiB).facts, 512U);
  EXPECT_EQ(cache_sizes(128 * kMiB).decisions, 4096U);
  EXPECT_EQ(recalled_bytes(0), 32 * kMiB);
  EXPECT_EQ(recalled_bytes(128 * kMiB), 8 * kMiB);
}

}  // namespace
}  // namespace berth::app
