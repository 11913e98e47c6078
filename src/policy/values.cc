#include "policy/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

#include "base/text.h"

namespace berth::policy::detail {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

// Takes `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const auto number = base::parse_integer<int>(text.substr(0, digits));
  if (!number || text.front() == '-') return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "Z", "+hh:mm", "-hhmm", "+hh" or nothing; in seconds.
std::optional<std::int64_t> take_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const int sign = text.front() == '-' ? -1 : 1;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  if (text.empty()) return std::int64_t{sign} * *hours * 3600;
  take(text, ':');
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  return std::int64_t{sign} * (*hours * 3600 + *minutes * 60);
}

// ".5", ".123456789"; in microseconds.
std::int64_t take_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return 0;
  text.remove_prefix(1);
  std::int64_t unit = kMicros;
  std::int64_t sum = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    unit /= 10;
    sum += unit * (text.front() - '0');
    text.remove_prefix(1);
  }
  return sum;
}

std::optional<std::int64_t> parse_time_of_day(std::string_view text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  std::int64_t micros = std::int64_t{*hours} * 3600 * kMicros;
  if (take(text, ':')) {
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    micros += std::int64_t{*minutes} * 60 * kMicros;
    if (take(text, ':')) {
      const auto seconds = take_number(text, 2);
      if (!seconds || *seconds > 60) return std::nullopt;
      micros += std::int64_t{*seconds} * kMicros + take_fraction(text);
    }
  }
  const auto offset = take_offset(text);
  if (!offset) return std::nullopt;
  return micros - *offset * kMicros;
}

std::uint8_t mask(int bits) { return static_cast<std::uint8_t>(0xFF00 >> bits); }

}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) {
  if (const auto epoch = base::parse_integer<std::int64_t>(text)) {
    // Four digits are a year.
    if (text.size() != 4 || *epoch < 0) {
      if (std::abs(*epoch) > std::int64_t{1} << 40) return std::nullopt;
      return *epoch * kMicros;
    }
  }
  const auto year = take_number(text, 4);
  if (!year) return std::nullopt;
  int month = 1;
  int day = 1;
  if (take(text, '-')) {
    const auto m = take_number(text, 2);
    if (!m) return std::nullopt;
    month = *m;
    if (take(text, '-')) {
      const auto d = take_number(text, 2);
      if (!d) return std::nullopt;
      day = *d;
    }
  }
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  std::int64_t micros = std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400} * kMicros;
  if (text.empty()) return micros;
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto time = parse_time_of_day(text);
  if (!time) return std::nullopt;
  return micros + *time;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool Block::contains(const Block& other) const {
  if (v6 != other.v6 || bits > other.bits) return false;
  const std::size_t whole = bits / 8;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), other.address.begin())) {
    return false;
  }
  return bits % 8 == 0 || ((address[whole] ^ other.address[whole]) & mask(bits % 8)) == 0;
}

std::optional<Block> parse_block(std::string_view text) {
  Block out;
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  if (address.contains('\0')) return std::nullopt;
  std::uint8_t all = 32;
  if (inet_pton(AF_INET, address.c_str(), out.address.data()) != 1) {
    if (inet_pton(AF_INET6, address.c_str(), out.address.data()) != 1) return std::nullopt;
    out.v6 = true;
    all = 128;
  }
  out.bits = all;
  if (slash != std::string_view::npos) {
    const auto bits = base::parse_integer<std::uint8_t>(text.substr(slash + 1));
    if (!bits || *bits > all) return std::nullopt;
    out.bits = *bits;
  }
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (out.v6 && out.bits >= 96 && std::equal(kMapped.begin(), kMapped.end(), out.address.begin())) {
    std::copy(out.address.begin() + 12, out.address.end(), out.address.begin());
    std::fill(out.address.begin() + 4, out.address.end(), std::uint8_t{0});
    out.bits = static_cast<std::uint8_t>(out.bits - 96);
    out.v6 = false;
  }
  return out;
}

}  // namespace berth::policy::detail
