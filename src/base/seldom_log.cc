#include "base/seldom_log.h"

#include <algorithm>
#include <vector>

namespace berth::base {
namespace {

// The code of a line about the weather, or nothing.
std::string_view weather_of(std::span<const LogField> fields) {
  const auto code = std::ranges::find(fields, "code", &LogField::name);
  if (code == fields.end()) return {};
  const auto* const text = std::get_if<std::string_view>(&code->value);
  if (text == nullptr) return {};
  for (const auto errc : {Errc::storage_full, Errc::deadline_exceeded, Errc::unavailable, Errc::throttled}) {
    if (*text == name(errc)) return *text;
  }
  return {};
}

}  // namespace

std::optional<std::uint64_t> SeldomLog::due(std::string key) {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto [at, fresh] = told_.try_emplace(std::move(key), Told{.last = now});
  auto& told = at->second;
  if (!fresh && now >= told.last && now - told.last < kEvery) {
    ++told.left_out;
    return std::nullopt;
  }
  told.last = now;
  return std::exchange(told.left_out, 0);
}

void SeldomLog::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
  const auto code = inner_.enabled(level) ? weather_of(fields) : std::string_view();
  if (code.empty()) return inner_.write(level, event, fields);
  const auto left_out = due(std::string(event).append(" ").append(code));
  if (!left_out) return;
  if (*left_out == 0) return inner_.write(level, event, fields);
  std::vector<LogField> more(fields.begin(), fields.end());
  more.emplace_back("left_out", *left_out);
  inner_.write(level, event, more);
}

}  // namespace berth::base
