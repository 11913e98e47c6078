// What Berth tells its operator: events with named fields, one line each, as JSON or as text for people.
//
// A Log is handed to constructors; there is no global one. The event is a literal ("upload expired"), everything that
// varies is a field: `log.info("listening", {{"address", address}, {"tls", true}})`.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

namespace berth::base {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };
std::string_view name(LogLevel level);

enum class LogFormat : std::uint8_t { json, text };

// A view: valid while the write() it is an argument of runs.
struct LogField {
  std::string_view name;  // snake_case; not time, level or event
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

  template <class T>
    requires std::convertible_to<const T&, std::string_view>
  LogField(std::string_view n, const T& v) : name(n), value(std::string_view(v)) {}
  template <std::signed_integral T>
  LogField(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
  template <std::unsigned_integral T>
  LogField(std::string_view n, T v) : name(n), value(static_cast<std::uint64_t>(v)) {}
  LogField(std::string_view n, double v) : name(n), value(v) {}
  LogField(std::string_view n, bool v) : name(n), value(v) {}
  LogField(std::string_view n, const Secret&) : name(n), value(Secret::kMask) {}
};

// Safe from any thread. Never fails: a line that cannot be written is lost.
class Log {
 public:
  virtual ~Log() = default;

  // Ask first only if the fields are costly to make; write() checks by itself.
  virtual bool enabled(LogLevel level) const = 0;
  virtual void write(LogLevel level, std::string_view event, std::span<const LogField> fields) = 0;

  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    write(level, event, std::span(fields.begin(), fields.size()));
  }
  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::debug, event, fields);
  }
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warning, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, event, fields);
  }
  // With the error's code, its message and the line that made it.
  void error(std::string_view event, const Error& error);
};

// Drops everything.
class NullLog final : public Log {
 public:
  using Log::write;
  bool enabled(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

// One line without its end. Bytes that are not UTF-8 become U+FFFD, control characters are escaped: no field can forge
// a second line.
std::string format_log_line(LogFormat format, Timestamp time, LogLevel level, std::string_view event,
                            std::span<const LogField> fields);

}  // namespace berth::base
