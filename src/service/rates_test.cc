#include "service/rates.h"

#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;

struct RatesTest : testing::Test {
  base::ManualClock clock;
  base::Metrics metrics;
  model::RegistryRef here = registry();

  RateTable table(const std::vector<std::string>& texts) {
    auto read = read_rates(texts);
    EXPECT_TRUE(ok(read));
    return read.value_or(RateTable());
  }
  // How many of so many calls are let through.
  int let_through(Rates& rates, int calls, std::string_view operation = "PutImage") {
    int good = 0;
    for (int i = 0; i < calls; ++i) good += rates.take(here.account, here.region, operation).has_value() ? 1 : 0;
    return good;
  }
};

TEST_F(RatesTest, LetABurstThroughAndThenSoManyASecond) {
  Rates rates(table({"PutImage=2:5"}), clock, metrics);
  EXPECT_EQ(let_through(rates, 9), 5);
  clock.advance(std::chrono::milliseconds(500));
  EXPECT_EQ(let_through(rates, 9), 1);
  clock.advance(std::chrono::milliseconds(499));
  EXPECT_EQ(let_through(rates, 9), 0);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(let_through(rates, 9), 5);
  const auto refused = rates.take(here.account, here.region, "PutImage");
  ASSERT_TRUE(fails(Errc::throttled, refused));
  EXPECT_EQ(refused.error().message, "Rate exceeded");
  EXPECT_NE(metrics.exposition().find("berth_service_throttled_total{operation=\"PutImage\"} 26"), std::string::npos);
}

TEST_F(RatesTest, AreOfAnAccountInARegionForAnOperation) {
  Rates rates(table({"PutImage=1", "ListImages=1"}), clock, metrics);
  EXPECT_EQ(let_through(rates, 3), 1);
  EXPECT_EQ(let_through(rates, 3, "ListImages"), 1);
  EXPECT_EQ(let_through(rates, 3, "BatchGetImage"), 3);
  EXPECT_TRUE(ok(rates.take(registry("999999999999").account, here.region, "PutImage")));
  EXPECT_TRUE(ok(rates.take(here.account, model::Region::parse("eu-west-1").value(), "PutImage")));
  EXPECT_EQ(let_through(rates, 1), 0);
}

TEST_F(RatesTest, AClockThatIsSetBackGivesNothing) {
  Rates rates(table({"PutImage=1"}), clock, metrics);
  EXPECT_EQ(let_through(rates, 2), 1);
  clock.advance(-std::chrono::hours(5));
  EXPECT_EQ(let_through(rates, 2), 0);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(let_through(rates, 2), 1);
}

TEST_F(RatesTest, ForgetTheBucketsThatAreUsedLeast) {
  Rates rates(table({"PutImage=1"}), clock, metrics);
  EXPECT_EQ(let_through(rates, 1), 1);
  for (std::size_t i = 0; i < 2 * Rates::kMaxBuckets; ++i) {
    const auto region = model::Region::parse("region-" + std::to_string(i)).value();
    EXPECT_TRUE(ok(rates.take(here.account, region, "PutImage")));
    if (i % 100 == 0) {
      EXPECT_EQ(let_through(rates, 1), 0) << i;  // used all the time, so it stays
    }
  }
  EXPECT_EQ(rates.buckets(), Rates::kMaxBuckets);
}

TEST_F(RatesTest, AreReadFromTexts) {
  EXPECT_TRUE(table({}).empty());
  EXPECT_EQ(table({"ecr"}).at("PutImage").per_second, 10u);
  EXPECT_EQ(table({"ecr", "PutImage=20:100"}).at("PutImage").burst, 100u);
  EXPECT_EQ(table({"PutImage=20:100", "ecr"}).at("PutImage").burst, 10u);
  EXPECT_FALSE(table({"ecr", "PutImage=0"}).contains("PutImage"));
  EXPECT_EQ(table({"ListImages=7"}).at("ListImages").burst, 7u);
  for (const auto* bad : {"", "PutImage", "PutImage=", "PutImage=x", "PutImage=1:", "PutImage=1:0", "PutImage=-1",
                          "PutImage=1:2:3", "PutImage=99999999999", "=", "ecr=x"}) {
    EXPECT_TRUE(fails(Errc::invalid_parameter, read_rates({bad}))) << bad;
  }
}

}  // namespace
}  // namespace berth::service
