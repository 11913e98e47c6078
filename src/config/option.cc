// What can be asked of and done with one row of the table.
#include <algorithm>
#include <array>
#include <numeric>

#include "base/text.h"
#include "config/table.h"
#include "config/values.h"

namespace berth::config {
namespace {

using base::Errc;
using base::Result;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

constexpr std::array kLevels = {base::LogLevel::debug, base::LogLevel::info, base::LogLevel::warning,
                                base::LogLevel::error, base::LogLevel::off};
constexpr std::array kFormats = {base::LogFormat::json, base::LogFormat::text};

std::string_view name(base::LogFormat format) { return format == base::LogFormat::json ? "json" : "text"; }

template <class Values>
std::string choices(const Values& values) {
  std::string out;
  for (const auto value : values) out += (out.empty() ? "" : ", ") + std::string(name(value));
  return out;
}

std::string show_number(const Option& option, std::uint64_t value) {
  return option.unit == Unit::bytes ? show_size(value) : std::to_string(value);
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ",") + item;
  return out;
}

std::unexpected<base::Error> refuse(const Option& option, std::string_view text) {
  Options any;
  const bool secret = std::holds_alternative<base::Secret*>(option.slot(any));
  const std::string given = secret ? std::string() : '\'' + base::escape_controls(text) + "' is not allowed; ";
  return base::fail(Errc::invalid_parameter, given + "expected " + allowed(option));
}

bool fits(const Option& option, std::string_view text) {
  return text.empty() || option.valid == nullptr || option.valid(text);
}

// Each overload: text into one type of slot; false if it does not fit.
struct Assign {
  const Option& option;
  std::string_view text;

  bool in_range(std::uint64_t value) const { return value >= option.range.least && value <= option.range.most; }

  bool operator()(bool* out) const {
    if (text != "true" && text != "false") return false;
    *out = text == "true";
    return true;
  }
  bool operator()(std::uint64_t* out) const {
    const auto value = option.unit == Unit::bytes ? parse_size(text) : base::parse_integer<std::uint64_t>(text);
    if (!value || !in_range(*value)) return false;
    *out = *value;
    return true;
  }
  bool operator()(milliseconds* out) const {
    const auto value = parse_duration(text);
    if (!value || !in_range(static_cast<std::uint64_t>(value->count()))) return false;
    *out = *value;
    return true;
  }
  bool operator()(std::string* out) const {
    if (!fits(option, text)) return false;
    *out = text;
    return true;
  }
  bool operator()(base::Secret* out) const {
    if (!fits(option, text)) return false;
    *out = base::Secret(std::string(text));
    return true;
  }
  bool operator()(std::vector<std::string>*) const { return false; }  // assigned by items
  bool operator()(base::LogLevel* out) const { return pick(kLevels, out); }
  bool operator()(base::LogFormat* out) const { return pick(kFormats, out); }

  template <class Values, class Value>
  bool pick(const Values& values, Value* out) const {
    const auto found = std::ranges::find_if(values, [&](Value value) { return name(value) == text; });
    if (found == values.end()) return false;
    *out = *found;
    return true;
  }
};

// Levenshtein.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t replaced = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({replaced, diagonal + 1, row[k] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string Option::flag() const {
  std::string out = "--" + std::string(name);
  std::ranges::replace_if(out, [](char c) { return c == '.' || c == '_'; }, '-');
  return out;
}

std::string Option::environment() const {
  std::string out = "BERTH_" + std::string(name);
  for (char& c : out) c = c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

const Option* find_option(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &Option::name);
  return found == table().end() ? nullptr : &*found;
}

std::string_view nearest_option(std::string_view name) {
  const auto nearest = std::ranges::min_element(table(), {}, [&](const Option& o) { return distance(name, o.name); });
  return distance(name, nearest->name) <= 1 + name.size() / 3 ? nearest->name : std::string_view();
}

Result<void> assign(const Option& option, Options& options, std::string_view text) {
  const Slot slot = option.slot(options);
  if (std::holds_alternative<std::vector<std::string>*>(slot)) {
    std::vector<std::string> items;
    if (!text.empty()) {
      for (const std::string_view item : base::split(text, ',')) items.emplace_back(base::trim(item));
    }
    return assign(option, options, std::move(items));
  }
  if (!std::visit(Assign{option, text}, slot)) return refuse(option, text);
  return {};
}

Result<void> assign(const Option& option, Options& options, std::vector<std::string> items) {
  const Slot slot = option.slot(options);
  for (const std::string& item : items) {
    if (item.empty() || !fits(option, item)) return refuse(option, item);
  }
  *std::get<std::vector<std::string>*>(slot) = std::move(items);
  return {};
}

std::string show(const Option& option, const Options& options) {
  Options copy = options;  // a slot is a way to write; this only reads
  return std::visit(Overloaded{
                        [](const bool* v) { return std::string(*v ? "true" : "false"); },
                        [&](const std::uint64_t* v) { return show_number(option, *v); },
                        [](const milliseconds* v) { return show_duration(*v); },
                        [](const std::string* v) { return *v; },
                        [](const base::Secret* v) { return mask_password(v->reveal()); },
                        [](const std::vector<std::string>* v) { return joined(*v); },
                        [](const auto* v) { return std::string(name(*v)); },
                    },
                    option.slot(copy));
}

std::string_view type_name(const Option& option) {
  Options any;
  return std::visit(
      Overloaded{
          [](const bool*) -> std::string_view { return "switch"; },
          [&](const std::uint64_t*) -> std::string_view { return option.unit == Unit::bytes ? "size" : "number"; },
          [](const milliseconds*) -> std::string_view { return "duration"; },
          [](const std::vector<std::string>*) -> std::string_view { return "list"; },
          [](const std::string*) -> std::string_view { return "text"; },
          [](const base::Secret*) -> std::string_view { return "text"; },
          [](const auto*) -> std::string_view { return "choice"; },
      },
      option.slot(any));
}

std::string allowed(const Option& option) {
  Options any;
  const std::string shape(option.shape);
  return std::visit(Overloaded{
                        [](const bool*) { return std::string("true or false"); },
                        [&](const std::uint64_t*) {
                          return show_number(option, option.range.least) + " to " +
                                 show_number(option, option.range.most);
                        },
                        [&](const milliseconds*) {
                          return show_duration(milliseconds(option.range.least)) + " to " +
                                 show_duration(milliseconds(option.range.most));
                        },
                        [&](const std::vector<std::string>*) { return shape + ", ..."; },
                        [](const base::LogLevel*) { return choices(kLevels); },
                        [](const base::LogFormat*) { return choices(kFormats); },
                        [&](const auto*) { return shape; },
                    },
                    option.slot(any));
}

}  // namespace berth::config
