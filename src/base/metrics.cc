#include "base/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <stdexcept>
#include <variant>

namespace berth::base {
namespace {

constexpr std::string_view kOther = "other";

bool is_name(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_";
  return !text.empty() && letters.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos;
}

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
  return out;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

// {a="1",b="2"}, or nothing. `bound` is the extra label of a histogram's bucket.
std::string label_text(const std::vector<std::string>& names, const std::vector<std::string>& values,
                       std::string_view bound = {}) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", names[i], escaped(values[i], true));
  }
  if (!bound.empty()) out += fmt::format("{}le=\"{}\"", out.empty() ? "" : ",", bound);
  return out.empty() ? out : '{' + out + '}';
}

std::string_view type_name(const Family<Counter>&) { return "counter"; }
std::string_view type_name(const Family<Gauge>&) { return "gauge"; }
std::string_view type_name(const Family<Histogram>&) { return "histogram"; }

template <class Metric>
std::string lines(std::string_view name, const Family<Metric>& family) {
  std::string out;
  family.each([&](const std::vector<std::string>& values, const Metric& metric) {
    out += fmt::format("{}{} {}\n", name, label_text(family.labels(), values), metric.value());
  });
  return out;
}

std::string lines(std::string_view name, const Family<Histogram>& family) {
  std::string out;
  family.each([&](const std::vector<std::string>& values, const Histogram& histogram) {
    // _count is what the buckets add up to, so that one exposition agrees with itself while others observe.
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
      count += histogram.in_bucket(i);
      const double bound = i < histogram.bounds().size() ? histogram.bounds()[i] : INFINITY;
      out += fmt::format("{}_bucket{} {}\n", name, label_text(family.labels(), values, number(bound)), count);
    }
    const std::string labels = label_text(family.labels(), values);
    out += fmt::format("{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, labels, number(histogram.sum()), count);
  });
  return out;
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()), buckets_(bounds.size() + 1) {
  if (!std::is_sorted(bounds_.begin(), bounds_.end())) throw std::logic_error("histogram bounds must ascend");
}

void Histogram::observe(double value) noexcept {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  buckets_[static_cast<std::size_t>(bound - bounds_.begin())].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

template <class Metric>
Metric& Family<Metric>::with(std::initializer_list<std::string_view> values) {
  if (values.size() != labels_.size()) throw std::logic_error("a value for each label, please");
  std::vector<std::string> key(values.begin(), values.end());
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = series_.find(key); found != series_.end()) return *found->second;
  }
  const std::unique_lock lock(mutex_);
  // One place is kept for "other".
  const bool full = series_.size() + 1 >= max_series_ && !series_.contains(key);
  if (full && !labels_.empty()) key.assign(labels_.size(), std::string(kOther));
  auto& metric = series_[key];
  if (!metric) metric = make_();
  return *metric;
}

template <class Metric>
void Family<Metric>::each(const std::function<void(const std::vector<std::string>&, const Metric&)>& visit) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [values, metric] : series_) visit(values, *metric);
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

struct Metrics::Entry {
  std::string help;
  std::variant<std::monostate, std::unique_ptr<Family<Counter>>, std::unique_ptr<Family<Gauge>>,
               std::unique_ptr<Family<Histogram>>, std::function<double()>>
      what;
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

// Under the lock.
Metrics::Entry& Metrics::entry(std::string_view name, std::string_view help) {
  if (!is_name(name)) throw std::logic_error(fmt::format("not a metric's name: {}", name));
  auto& entry = entries_[std::string(name)];
  if (!entry) entry = std::make_unique<Entry>(Entry{.help = std::string(help), .what = {}});
  return *entry;
}

template <class Metric>
Family<Metric>& Metrics::family(std::string_view name, std::string_view help, std::vector<std::string> labels,
                                std::size_t max_series, typename Family<Metric>::Make make) {
  if (!std::all_of(labels.begin(), labels.end(), is_name)) throw std::logic_error("not a label's name");
  const std::unique_lock lock(mutex_);
  Entry& it = entry(name, help);
  using Pointer = std::unique_ptr<Family<Metric>>;
  if (std::holds_alternative<std::monostate>(it.what)) {
    it.what = std::make_unique<Family<Metric>>(std::move(labels), max_series, std::move(make));
    return *std::get<Pointer>(it.what);
  }
  const auto* known = std::get_if<Pointer>(&it.what);
  if (known == nullptr || (*known)->labels() != labels) {
    throw std::logic_error(fmt::format("metric {} exists with another kind or other labels", name));
  }
  return **known;
}

Family<Counter>& Metrics::counters(std::string_view name, std::string_view help,
                                   std::initializer_list<std::string_view> labels, std::size_t max_series) {
  return family<Counter>(name, help, {labels.begin(), labels.end()}, max_series,
                         [] { return std::make_unique<Counter>(); });
}

Family<Gauge>& Metrics::gauges(std::string_view name, std::string_view help,
                               std::initializer_list<std::string_view> labels, std::size_t max_series) {
  return family<Gauge>(name, help, {labels.begin(), labels.end()}, max_series,
                       [] { return std::make_unique<Gauge>(); });
}

Family<Histogram>& Metrics::histograms(std::string_view name, std::string_view help,
                                       std::initializer_list<std::string_view> labels, std::span<const double> bounds,
                                       std::size_t max_series) {
  return family<Histogram>(
      name, help, {labels.begin(), labels.end()}, max_series,
      [kept = std::vector<double>(bounds.begin(), bounds.end())] { return std::make_unique<Histogram>(kept); });
}

Counter& Metrics::counter(std::string_view name, std::string_view help) { return counters(name, help, {}).with({}); }
Gauge& Metrics::gauge(std::string_view name, std::string_view help) { return gauges(name, help, {}).with({}); }
Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::span<const double> bounds) {
  return histograms(name, help, {}, bounds).with({});
}

void Metrics::gauge_function(std::string_view name, std::string_view help, std::function<double()> read) {
  const std::unique_lock lock(mutex_);
  Entry& it = entry(name, help);
  if (!std::holds_alternative<std::monostate>(it.what)) throw std::logic_error(fmt::format("metric {} exists", name));
  it.what = std::move(read);
}

std::string Metrics::exposition() const {
  const std::shared_lock lock(mutex_);
  std::string out;
  const auto header = [&](std::string_view name, const Entry& entry, std::string_view type) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, escaped(entry.help, false), type);
  };
  for (const auto& [name, entry] : entries_) {
    std::visit(
        [&](const auto& what) {
          using What = std::decay_t<decltype(what)>;
          if constexpr (std::is_same_v<What, std::function<double()>>) {
            header(name, *entry, "gauge");
            out += fmt::format("{} {}\n", name, number(what()));
          } else if constexpr (!std::is_same_v<What, std::monostate>) {
            header(name, *entry, type_name(*what));
            out += lines(name, *what);
          }
        },
        entry->what);
  }
  return out;
}

}  // namespace berth::base
