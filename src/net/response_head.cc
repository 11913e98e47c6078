#include "net/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace berth::net {
namespace {

constexpr std::array<std::string_view, 5> kOurs{"Content-Length", "Connection", "Date", "Transfer-Encoding",
                                                "Keep-Alive"};

bool token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

bool ours(std::string_view name) {
  return std::ranges::any_of(kOurs, [&](std::string_view own) { return web::equal_ignoring_case(own, name); });
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

void append_value(std::string& out, std::string_view value) {
  for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
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
  for (const auto& [name, value] : response.headers) {
    if (ours(name) || !token(name)) continue;
    out += "\r\n";
    out += name;
    out += ": ";
    append_value(out, value);
  }
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
