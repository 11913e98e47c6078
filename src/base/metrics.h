// Numbers about a running server, in Prometheus' text exposition format 0.0.4.
//
// A Metrics object is handed to constructors; each component registers its families once and keeps the references,
// which live as long as the Metrics. Changing a number takes no lock. Names: berth_<room>_<what>[_<unit>][_total];
// seconds and bytes, never milliseconds or MiB.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::base {

// Only goes up.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

class Gauge {
 public:
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  void sub(std::int64_t n = 1) noexcept { value_.fetch_sub(n, std::memory_order_relaxed); }
  std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_ = 0;
};

// How many observations fell at or below each bound.
class Histogram {
 public:
  explicit Histogram(std::span<const double> bounds);  // ascending; +Inf is added
  void observe(double value) noexcept;

  std::span<const double> bounds() const { return bounds_; }
  std::uint64_t in_bucket(std::size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }  // i <= bounds
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> buckets_;
  std::atomic<double> sum_ = 0;
};

inline constexpr double kSecondsBounds[] = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};

// All series of one name, told apart by the values of its labels. At most `max_series` of them: whatever comes later is
// counted in one series whose labels all say "other", so that no client can fill the memory with names.
template <class Metric>
class Family {
 public:
  using Make = std::function<std::unique_ptr<Metric>()>;
  Family(std::vector<std::string> labels, std::size_t max_series, Make make)
      : labels_(std::move(labels)), max_series_(max_series), make_(std::move(make)) {}

  // As many values as the family has labels, else std::logic_error. Takes a shared lock: keep the reference where it is
  // hot. The reference lives as long as the Metrics.
  Metric& with(std::initializer_list<std::string_view> values);

  const std::vector<std::string>& labels() const { return labels_; }
  void each(const std::function<void(const std::vector<std::string>&, const Metric&)>& visit) const;

 private:
  const std::vector<std::string> labels_;
  const std::size_t max_series_;
  const Make make_;
  mutable std::shared_mutex mutex_;
  std::map<std::vector<std::string>, std::unique_ptr<Metric>> series_;
};

extern template class Family<Counter>;
extern template class Family<Gauge>;
extern template class Family<Histogram>;

// The registry of one process. Safe from any thread. Asking again for the same name, kind and labels gives the same
// family; another kind, other labels or a bad name is a bug, and throws std::logic_error.
class Metrics {
 public:
  static constexpr std::size_t kMaxSeries = 500;

  Metrics();
  ~Metrics();

  Counter& counter(std::string_view name, std::string_view help);
  Gauge& gauge(std::string_view name, std::string_view help);
  Histogram& histogram(std::string_view name, std::string_view help, std::span<const double> bounds = kSecondsBounds);

  Family<Counter>& counters(std::string_view name, std::string_view help,
                            std::initializer_list<std::string_view> labels, std::size_t max_series = kMaxSeries);
  Family<Gauge>& gauges(std::string_view name, std::string_view help, std::initializer_list<std::string_view> labels,
                        std::size_t max_series = kMaxSeries);
  Family<Histogram>& histograms(std::string_view name, std::string_view help,
                                std::initializer_list<std::string_view> labels,
                                std::span<const double> bounds = kSecondsBounds, std::size_t max_series = kMaxSeries);

  // A gauge that is asked for its value whenever it is read; `read` must be safe from any thread, must not block and
  // must outlive the Metrics.
  void gauge_function(std::string_view name, std::string_view help, std::function<double()> read);

  std::string exposition() const;  // families by name, series by label values
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Entry;
  template <class Metric>
  Family<Metric>& family(std::string_view name, std::string_view help, std::vector<std::string> labels,
                         std::size_t max_series, typename Family<Metric>::Make make);
  Entry& entry(std::string_view name, std::string_view help);

  mutable std::shared_mutex mutex_;
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;
};

}  // namespace berth::base
