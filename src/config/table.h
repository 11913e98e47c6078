// The one table of options: each is declared once, and the file, the flags, the environment, --help and
// docs/configuration.md follow from its row.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "config/options.h"

namespace berth::config {

// Where an option's value lives; the alternative is its type.
using Slot = std::variant<bool*, std::uint64_t*, milliseconds*, std::string*, base::Secret*, std::vector<std::string>*,
                          base::LogLevel*, base::LogFormat*>;

enum class Unit : std::uint8_t { none, bytes };
enum class Applies : std::uint8_t { restart, reload };  // reload: also on SIGHUP

// Inclusive; of numbers as they are, of durations in milliseconds.
struct Range {
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
};

struct Option {
  std::string_view name;  // dotted: http.max_head_bytes
  Slot (*slot)(Options&);
  std::string_view help;
  Range range = {};
  Unit unit = Unit::none;
  Applies applies = Applies::restart;
  std::string_view shape = {};                // of a text, or of each item of a list: HOST:PORT
  bool (*valid)(std::string_view) = nullptr;  // likewise; not asked about an empty text

  std::string flag() const;         // --http-max-head-bytes
  std::string environment() const;  // BERTH_HTTP_MAX_HEAD_BYTES
};

std::span<const Option> table();
const Option* find_option(std::string_view name);
// The option whose name is most like `name`, or empty if none is.
std::string_view nearest_option(std::string_view name);

// Reads `text` as the option's type and puts it into `options`. invalid_parameter says what is allowed.
base::Result<void> assign(const Option& option, Options& options, std::string_view text);
base::Result<void> assign(const Option& option, Options& options, std::vector<std::string> items);  // a list only

// The value as assign() takes it; a password is masked.
std::string show(const Option& option, const Options& options);
std::string_view type_name(const Option& option);  // size, duration, number, switch, text, list, choice
std::string allowed(const Option& option);         // "1KiB to 1MiB", "HOST:PORT", "debug, info, ..."; may be empty

}  // namespace berth::config
