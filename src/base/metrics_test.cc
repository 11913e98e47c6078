#include "base/metrics.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace berth::base {
namespace {

TEST(Metrics, Exposition) {
  Metrics metrics;
  auto& requests = metrics.counters("berth_http_requests_total", "Requests \\ by\nstatus.", {"door", "status"});
  requests.with({"oci", "200"}).add();
  requests.with({"ecr", "40\"\\\n0"}).add(3);
  metrics.gauge("berth_net_connections", "Open connections.").set(-2);
  metrics.gauge_function("berth_blob_free_bytes", "Free.", [] { return 1.5; });
  EXPECT_EQ(metrics.exposition(),
            "# HELP berth_blob_free_bytes Free.\n"
            "# TYPE berth_blob_free_bytes gauge\n"
            "berth_blob_free_bytes 1.5\n"
            "# HELP berth_http_requests_total Requests \\\\ by\\nstatus.\n"
            "# TYPE berth_http_requests_total counter\n"
            "berth_http_requests_total{door=\"ecr\",status=\"40\\\"\\\\\\n0\"} 3\n"
            "berth_http_requests_total{door=\"oci\",status=\"200\"} 1\n"
            "# HELP berth_net_connections Open connections.\n"
            "# TYPE berth_net_connections gauge\n"
            "berth_net_connections -2\n");
}

TEST(Metrics, HistogramBoundsAreInclusive) {
  Metrics metrics;
  const double bounds[] = {0.1, 1};
  auto& seconds = metrics.histograms("berth_seconds", "S.", {"pool"}, bounds).with({"api"});
  for (const double value : {0.05, 0.1, 0.2, 7.0}) seconds.observe(value);
  EXPECT_EQ(metrics.exposition(),
            "# HELP berth_seconds S.\n"
            "# TYPE berth_seconds histogram\n"
            "berth_seconds_bucket{pool=\"api\",le=\"0.1\"} 2\n"
            "berth_seconds_bucket{pool=\"api\",le=\"1\"} 3\n"
            "berth_seconds_bucket{pool=\"api\",le=\"+Inf\"} 4\n"
            "berth_seconds_sum{pool=\"api\"} 7.35\n"
            "berth_seconds_count{pool=\"api\"} 4\n");
}

TEST(Metrics, SeriesAreBounded) {
  Metrics metrics;
  auto& family = metrics.counters("berth_x_total", "X.", {"name"}, 3);
  for (int i = 0; i < 1000; ++i) family.with({std::to_string(i)}).add();
  family.with({"0"}).add();
  EXPECT_EQ(family.with({"0"}).value(), 2);
  EXPECT_EQ(family.with({"1"}).value(), 1);
  EXPECT_EQ(family.with({"other"}).value(), 998);
  int series = 0;
  family.each([&](const auto&, const Counter&) { ++series; });
  EXPECT_EQ(series, 3);
}

TEST(Metrics, SameNameSameFamily) {
  Metrics metrics;
  EXPECT_EQ(&metrics.counter("berth_a_total", "A."), &metrics.counter("berth_a_total", "A."));
  EXPECT_THROW(metrics.gauge("berth_a_total", "A."), std::logic_error);
  EXPECT_THROW(metrics.counters("berth_a_total", "A.", {"label"}), std::logic_error);
  EXPECT_THROW(metrics.gauge_function("berth_a_total", "A.", [] { return 0.0; }), std::logic_error);
  EXPECT_THROW(metrics.counter("berth a", "A."), std::logic_error);
  EXPECT_THROW(metrics.counters("berth_b_total", "B.", {"la-bel"}), std::logic_error);
  EXPECT_THROW(metrics.counters("berth_c_total", "C.", {"x"}).with({}), std::logic_error);
}

TEST(Metrics, ThreadsCountTogether) {
  Metrics metrics;
  auto& family = metrics.counters("berth_t_total", "T.", {"n"});
  auto& histogram = metrics.histogram("berth_t_seconds", "T.");
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          family.with({i % 2 == 0 ? "even" : "odd"}).add();
          histogram.observe(1);
          if (i % 100 == 0) EXPECT_FALSE(metrics.exposition().empty());
        }
      });
    }
  }
  EXPECT_EQ(family.with({"even"}).value(), 2000);
  EXPECT_EQ(histogram.sum(), 4000);
}

}  // namespace
}  // namespace berth::base
