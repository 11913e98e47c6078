#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cmath>

#include "base/text.h"

namespace berth::base {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  std::unreachable();
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string("null"); }

// Quoted only where a reader could otherwise not tell where the value ends.
std::string plain_or_quoted(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                          "-_./:@+*,;[]()%~") == std::string_view::npos;
  return plain ? std::string(text) : quote_json(text);
}

std::string value_text(const LogField& field, std::string (*text)(std::string_view)) {
  return std::visit(Overloaded{
                        [&](std::string_view v) { return text(v); },
                        [](std::int64_t v) { return fmt::format("{}", v); },
                        [](std::uint64_t v) { return fmt::format("{}", v); },
                        [](double v) { return number(v); },
                        [](bool v) { return std::string(v ? "true" : "false"); },
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

std::string format_log_line(LogFormat format, Timestamp time, LogLevel level, std::string_view event,
                            std::span<const LogField> fields) {
  if (format == LogFormat::json) {
    std::string line =
        fmt::format(R"({{"time":"{}","level":"{}","event":{})", to_rfc3339(time), name(level), quote_json(event));
    for (const LogField& field : fields) {
      line += fmt::format(",{}:{}", quote_json(field.name), value_text(field, quote_json));
    }
    return line + '}';
  }
  std::string line = fmt::format("{} {:<7} {}", to_rfc3339(time), name(level), escape_controls(event));
  for (const LogField& field : fields) {
    line += fmt::format(" {}={}", plain_or_quoted(field.name), value_text(field, plain_or_quoted));
  }
  return line;
}

void Log::error(std::string_view event, const Error& error) {
  const std::string where = fmt::format("{}:{}", error.where.file_name(), error.where.line());
  this->error(event, {{"code", name(error.code)}, {"message", error.message}, {"where", where}});
}

struct StderrLog::Impl {
  Impl(LogLevel level, LogFormat f, const Clock& c)
      : clock(c), format(f), logger("berth", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    logger.set_level(to_spdlog(level));
    logger.set_error_handler([](const std::string&) {});  // there is nowhere left to complain to
  }
  const Clock& clock;
  const LogFormat format;
  spdlog::logger logger;
};

StderrLog::StderrLog(LogLevel level, LogFormat format, const Clock& clock)
    : impl_(std::make_unique<Impl>(level, format, clock)) {}
StderrLog::~StderrLog() = default;

bool StderrLog::enabled(LogLevel level) const { return impl_->logger.should_log(to_spdlog(level)); }
void StderrLog::set_level(LogLevel level) { impl_->logger.set_level(to_spdlog(level)); }

void StderrLog::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
  if (!enabled(level)) return;
  // The time is ours and not spdlog's, so that it comes from the one clock.
  const std::string line = format_log_line(impl_->format, impl_->clock.now(), level, event, fields);
  impl_->logger.log(to_spdlog(level), spdlog::string_view_t(line));
}

}  // namespace berth::base
