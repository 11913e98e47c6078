#include "net/response_head.h"

#include <array>
#include <charconv>
#include <chrono>

namespace berth::net {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

}  // namespace

bool bodiless(int status) { return status < 200 || status == 204 || status == 304; }

void append_head(std::string& out, const web::Response& response, const Wrapping& wrapping) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(response.status));
  out += ' ';
  out += web::reason(response.status);
  out += "\r\nDate: ";
  out += wrapping.date;
  if (!bodiless(response.status)) {
    out += "\r\nContent-Length: ";
    append_number(out, web::body_length(response));
  }
  if (wrapping.close) out += "\r\nConnection: close";
  if (wrapping.keep_alive) out += "\r\nConnection: keep-alive";
  if (response.shared_fields) out += *response.shared_fields;
  web::append_fields(out, response.headers);
  out += "\r\n\r\n";
}

std::string http_date(base::Timestamp time) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto two = [](auto number) {
    const auto text = std::to_string(number);
    return text.size() < 2 ? "0" + text : text;
  };
  return std::string(kDays[std::chrono::weekday(day).c_encoding()]) + ", " + two(static_cast<unsigned>(date.day())) +
         " " + kMonths[static_cast<unsigned>(date.month()) - 1] + " " + std::to_string(static_cast<int>(date.year())) +
         " " + two(clock.hours().count()) + ":" + two(clock.minutes().count()) + ":" + two(clock.seconds().count()) +
         " GMT";
}

}  // namespace berth::net
