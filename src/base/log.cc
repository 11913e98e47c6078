#include "base/log.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/text.h"

namespace berth::base {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:@+*,;[]()%~";

// Quoted only where a reader could otherwise not tell where the value ends.
void append_plain_or_quoted(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    out += text;
  } else {
    append_json(out, text);
  }
}

void append_number(std::string& out, double value) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), "{}", value);
  } else {
    out += "null";
  }
}

void append_integer(std::string& out, auto value) {
  const fmt::format_int text(value);
  out.append(text.data(), text.size());
}

void append_value(std::string& out, const LogField& field, void (*text)(std::string&, std::string_view)) {
  std::visit(Overloaded{
                 [&](std::string_view v) { text(out, v); },
                 [&](std::int64_t v) { append_integer(out, v); },
                 [&](std::uint64_t v) { append_integer(out, v); },
                 [&](double v) { append_number(out, v); },
                 [&](bool v) { out += v ? "true" : "false"; },
             },
             field.value);
}

}  // namespace

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    case LogLevel::off: return "off";
  }
  std::unreachable();
}

// Every request is a line: no allocation but the line's own.
std::string format_log_line(LogFormat format, Timestamp time, LogLevel level, std::string_view event,
                            std::span<const LogField> fields) {
  std::string line;
  line.reserve(512);
  if (format == LogFormat::json) {
    append_rfc3339(line.append(R"({"time":")"), time);
    line.append(R"(","level":")").append(name(level));
    append_json(line.append(R"(","event":)"), event);
    for (const LogField& field : fields) {
      append_json(line.append(","), field.name);
      append_value(line.append(":"), field, append_json);
    }
    return line += '}';
  }
  fmt::format_to(std::back_inserter(line), "{} {:<7} {}", to_rfc3339(time), name(level), escape_controls(event));
  for (const LogField& field : fields) {
    append_plain_or_quoted(line.append(" "), field.name);
    append_value(line.append("="), field, append_plain_or_quoted);
  }
  return line;
}

void Log::error(std::string_view event, const Error& error) {
  const std::string where = fmt::format("{}:{}", error.where.file_name(), error.where.line());
  this->error(event, {{"code", name(error.code)}, {"message", error.message}, {"where", where}});
}

}  // namespace berth::base
