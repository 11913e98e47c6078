#include "sql/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

#include "base/test_support.h"
#include "sql/statement_cache.h"

namespace berth::sql {
namespace {

class PoolTest : public testing::Test {
 protected:
  static base::Deadline at_once() { return base::Deadline::after(std::chrono::milliseconds(-1)); }

  int made = 0;
  bool broken = false;
  Pool<int> pool{2, [this](const base::Deadline&) -> base::Result<std::unique_ptr<int>> {
                   if (broken) return base::fail(base::Errc::unavailable, "broken");
                   return std::make_unique<int>(++made);
                 }};
};

TEST_F(PoolTest, MakesOnlyWhatIsNeededAndLendsTheLastOneBack) {
  {
    const auto first = pool.acquire({});
    ASSERT_TRUE(ok(first));
    EXPECT_EQ(**first, 1);
  }
  const auto again = pool.acquire({});
  EXPECT_EQ(**again, 1);
  const auto second = pool.acquire({});
  EXPECT_EQ(**second, 2);
  EXPECT_TRUE(fails_with(base::Errc::deadline_exceeded, pool.acquire(at_once()))) << "two is all there are";
}

TEST_F(PoolTest, AFreeOneNeedsNoTime) { EXPECT_TRUE(ok(pool.acquire(at_once()))); }

TEST_F(PoolTest, AWaiterGetsWhatIsGivenBack) {
  auto first = std::make_unique<base::Result<Pool<int>::Lease>>(pool.acquire({}));
  const auto second = pool.acquire({});
  std::thread waiter([&] { EXPECT_EQ(**pool.acquire({}), 1); });
  first.reset();
  waiter.join();
}

TEST_F(PoolTest, OneThatIsSoonFreeIsWaitedFor) {
  Pool<int> patient(
      2, [this](const base::Deadline&) { return base::Result<std::unique_ptr<int>>(std::make_unique<int>(++made)); },
      std::chrono::minutes(10));
  auto first = std::make_unique<base::Result<Pool<int>::Lease>>(patient.acquire({}));
  std::thread waiter([&] { EXPECT_EQ(**patient.acquire({}), 1); });
  std::this_thread::yield();
  first.reset();
  waiter.join();
  EXPECT_EQ(made, 1);
}

TEST_F(PoolTest, WhereManyHaveWaitedAnotherIsMade) {
  Pool<int> patient(
      2, [this](const base::Deadline&) { return base::Result<std::unique_ptr<int>>(std::make_unique<int>(++made)); },
      std::chrono::minutes(10));
  for (std::size_t i = 0; i < Pool<int>::kWaits; ++i) {
    auto held = std::make_unique<base::Result<Pool<int>::Lease>>(patient.acquire({}));
    std::thread waiter([&] { EXPECT_EQ(**patient.acquire({}), 1); });
    while (patient.waited() == i) std::this_thread::yield();
    held.reset();
    waiter.join();
  }
  const auto held = patient.acquire({});
  EXPECT_EQ(**patient.acquire({}), 2) << "at once, although nobody gives one back";
}

TEST_F(PoolTest, ADeadlineIsSoonerThanPatience) {
  Pool<int> patient(
      2, [this](const base::Deadline&) { return base::Result<std::unique_ptr<int>>(std::make_unique<int>(++made)); },
      std::chrono::minutes(10));
  const auto first = patient.acquire({});
  EXPECT_EQ(**patient.acquire(at_once()), 2);
}

TEST_F(PoolTest, AWaiterCanBeToldToStop) {
  const auto first = pool.acquire({});
  const auto second = pool.acquire({});
  std::stop_source source;
  base::Deadline deadline;
  deadline.stop = source.get_token();
  std::thread waiter([&] { EXPECT_TRUE(fails_with(base::Errc::deadline_exceeded, pool.acquire(deadline))); });
  source.request_stop();
  waiter.join();
}

TEST_F(PoolTest, AnErrorOfMakingOneIsHandedOnAndTakesNoPlace) {
  broken = true;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(fails_with(base::Errc::unavailable, pool.acquire({})));
  broken = false;
  const auto first = pool.acquire({});
  const auto second = pool.acquire(at_once());
  EXPECT_TRUE(ok(second));
}

TEST_F(PoolTest, DiscardedOnesAreReplaced) {
  {
    auto first = pool.acquire({});
    first->discard();
  }
  EXPECT_EQ(**pool.acquire({}), 2);
  pool.close_idle();
  const auto third = pool.acquire({});
  EXPECT_EQ(**third, 3);
  pool.close_idle();
  EXPECT_EQ(**third, 3) << "those lent out stay";
}

TEST(StatementCache, KeepsTheMostRecentlyUsed) {
  StatementCache<int> cache(2);
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.put("a", 1), 1);
  EXPECT_EQ(cache.evict(), std::nullopt) << "there is room";
  cache.put("b", 2);
  EXPECT_EQ(*cache.find("a"), 1);
  cache.put("c", 3);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(*cache.find("a"), 1);
  EXPECT_EQ(cache.evict(), 3);
  EXPECT_EQ(cache.size(), 1U);
  for (int i = 0; i < 1000; ++i) cache.put(std::to_string(i), i);
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(*cache.find("999"), 999);
}

}  // namespace
}  // namespace berth::sql
