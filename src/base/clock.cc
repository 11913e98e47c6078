#include "base/clock.h"

#include <fmt/compile.h>

#include <iterator>

namespace berth::base {

void append_rfc3339(std::string& out, Timestamp t) {
  const auto midnight = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss time{t - midnight};
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z"),
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                 time.hours().count(), time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::string to_rfc3339(Timestamp t) {
  std::string text;
  append_rfc3339(text, t);
  return text;
}

Timestamp SystemClock::now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace berth::base
