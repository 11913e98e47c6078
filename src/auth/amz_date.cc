#include "auth/amz_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/text.h"

namespace berth::auth {
namespace {

using std::chrono::seconds;
constexpr auto number = base::parse_integer<unsigned>;

struct Parts {
  std::optional<unsigned> year, month, day, hour, minute, second;
};

std::optional<base::Timestamp> assemble(const Parts& p) {
  if (!p.year || !p.month || !p.day || !p.hour || !p.minute || !p.second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*p.year)}, std::chrono::month{*p.month},
                                         std::chrono::day{*p.day}};
  if (!date.ok() || *p.hour > 23 || *p.minute > 59 || *p.second > 59) return std::nullopt;
  return base::Timestamp{std::chrono::sys_days{date} + std::chrono::hours{*p.hour} + std::chrono::minutes{*p.minute} +
                         seconds{*p.second}};
}

void append(std::string& out, unsigned value, std::size_t width) {
  std::array<char, 10> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const auto length = static_cast<std::size_t>(end - digits.data());
  out.append(width > length ? width - length : 0, '0').append(digits.data(), length);
}

}  // namespace

std::string format_amz_date(base::Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto rest = static_cast<unsigned>(std::chrono::floor<seconds>(time - day).count());
  std::string out;
  append(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append(out, static_cast<unsigned>(date.month()), 2);
  append(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append(out, rest / 3600, 2);
  append(out, rest / 60 % 60, 2);
  append(out, rest % 60, 2);
  out += 'Z';
  return out;
}

std::optional<base::Timestamp> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  return assemble({.year = number(text.substr(0, 4)),
                   .month = number(text.substr(4, 2)),
                   .day = number(text.substr(6, 2)),
                   .hour = number(text.substr(9, 2)),
                   .minute = number(text.substr(11, 2)),
                   .second = number(text.substr(13, 2))});
}

std::optional<base::Timestamp> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::array<std::string_view, 4> kZones = {"GMT", "UTC", "-0000", "+0000"};
  constexpr std::string_view kShape = "Www, dd Mmm yyyy hh:mm:ss ";
  if (text.size() < kShape.size() || std::ranges::find(kZones, text.substr(kShape.size())) == kZones.end()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool fixed = kShape[i] == ',' || kShape[i] == ' ' || kShape[i] == ':';
    if (fixed && text[i] != kShape[i]) return std::nullopt;
  }
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  return assemble({.year = number(text.substr(12, 4)),
                   .month = static_cast<unsigned>(month - kMonths.begin()) + 1,
                   .day = number(text.substr(5, 2)),
                   .hour = number(text.substr(17, 2)),
                   .minute = number(text.substr(20, 2)),
                   .second = number(text.substr(23, 2))});
}

}  // namespace berth::auth
