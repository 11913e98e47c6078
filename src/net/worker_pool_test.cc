#include "net/worker_pool.h"

#include <gtest/gtest.h>

#include <latch>

namespace berth::net {
namespace {

TEST(WorkerPool, RunsEverythingBeforeItStops) {
  std::atomic<int> ran = 0, waits = 0;
  WorkerPool pool({.name = "test", .threads = 3, .max_queue = 10, .waited = [&](std::chrono::nanoseconds wait) {
                     EXPECT_GE(wait.count(), 0);
                     ++waits;
                   }});
  for (int i = 0; i < 1000; ++i) pool.push([&] { ++ran; });
  pool.stop();
  EXPECT_EQ(ran, 1000);
  EXPECT_EQ(waits, 1000);
}

TEST(WorkerPool, HasAsManyThreadsAsThereIsWorkFor) {
  WorkerPool pool({.name = "test", .threads = 3, .max_queue = 10, .waited = {}});
  std::latch together(3);
  for (int i = 0; i < 3; ++i) pool.push([&] { together.arrive_and_wait(); });
  together.wait();  // for ever, if a job had to wait for another
  std::latch again(3);
  for (int i = 0; i < 3; ++i) pool.push([&] { again.arrive_and_wait(); });
  again.wait();
  pool.stop();
}

TEST(WorkerPool, SaysWhenItHasEnough) {
  WorkerPool pool({.name = "test", .threads = 1, .max_queue = 2, .waited = {}});
  std::latch started(1), go(1);
  pool.push([&] {
    started.count_down();
    go.wait();
  });
  started.wait();
  EXPECT_FALSE(pool.overloaded());
  pool.push([] {});
  EXPECT_FALSE(pool.overloaded());
  pool.push([] {});
  EXPECT_TRUE(pool.overloaded());
  go.count_down();
  pool.stop();
  EXPECT_FALSE(pool.overloaded());
}

}  // namespace
}  // namespace berth::net
