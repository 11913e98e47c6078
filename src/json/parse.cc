#include "json/parse.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::json {
namespace {

using base::Errc;
using boost::json::error_code;
using boost::json::string_view;

// What every handler must have, doing nothing.
struct Ignore {
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t, error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(string_view, std::size_t, error_code&) { return true; }
  bool on_key(string_view, std::size_t, error_code&) { return true; }
  bool on_string_part(string_view, std::size_t, error_code&) { return true; }
  bool on_string(string_view, std::size_t, error_code&) { return true; }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
  bool on_double(double, string_view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

// Builds the document. Containers that are not closed yet stand on a stack, each with the name it will have.
class Builder : public Ignore {
 public:
  explicit Builder(std::size_t elements) : elements_left_(elements) {}

  // Empty unless this handler, not the grammar, is why parsing stopped.
  const std::string& refusal() const { return refusal_; }
  Value take() { return std::move(root_); }

  bool on_object_begin(error_code& ec) { return open(Object(), ec); }
  bool on_array_begin(error_code& ec) { return open(Array(), ec); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_object_end(std::size_t, error_code& ec) {
    if (const auto twice = repeated_name(*stack_.back().container.as_object())) {
      return refuse("the name '" + twice->substr(0, 64) + "' occurs twice in one object", ec);
    }
    return close();
  }

  bool on_key_part(string_view s, std::size_t, error_code&) { return append(s); }
  bool on_key(string_view s, std::size_t, error_code&) {
    append(s);
    stack_.back().name = std::exchange(text_, {});
    return true;
  }
  bool on_string_part(string_view s, std::size_t, error_code&) { return append(s); }
  bool on_string(string_view s, std::size_t, error_code& ec) {
    append(s);
    return add(Value(std::exchange(text_, {})), ec);
  }
  bool on_number_part(string_view s, error_code&) { return append(s); }
  bool on_int64(std::int64_t n, string_view, error_code& ec) { return add_number(n, ec); }
  bool on_uint64(std::uint64_t n, string_view, error_code& ec) { return add_number(n, ec); }
  // Boost.JSON 1.81 rounds doubles loosely; the text is read again.
  bool on_double(double roughly, string_view s, error_code& ec) {
    append(s);
    double d = 0;
    const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), d);
    if (read.ec == std::errc::result_out_of_range && std::abs(roughly) > 1) return refuse("a number is too large", ec);
    return add_number(d, ec);  // one too small for a double is zero
  }
  bool on_bool(bool b, error_code& ec) { return add(Value(b), ec); }
  bool on_null(error_code& ec) { return add(Value(), ec); }

 private:
  struct Frame {
    Value container;
    std::string name;  // of the member that is being read, if it is an object
  };

  static std::optional<std::string> repeated_name(const Object& object) {
    if (object.size() < 2) return std::nullopt;
    std::vector<std::string_view> names;
    names.reserve(object.size());
    for (const Member& member : object) names.push_back(member.name);
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    return twice == names.end() ? std::nullopt : std::optional<std::string>(*twice);
  }

  bool refuse(std::string why, error_code& ec) {
    refusal_ = std::move(why);
    ec = boost::json::error::syntax;
    return false;
  }

  bool append(string_view s) {
    text_.append(s.data(), s.size());
    return true;
  }

  bool count(error_code& ec) {
    if (elements_left_ == 0) return refuse("too many values", ec);
    --elements_left_;
    return true;
  }

  void attach(Value value) {
    if (stack_.empty()) {
      root_ = std::move(value);
    } else if (Array* const array = stack_.back().container.as_array()) {
      array->push_back(std::move(value));
    } else {
      stack_.back().container.as_object()->push_back({std::exchange(stack_.back().name, {}), std::move(value)});
    }
  }

  bool add(Value value, error_code& ec) {
    if (!count(ec)) return false;
    attach(std::move(value));
    return true;
  }

  template <class N>
  bool add_number(N n, error_code& ec) {
    text_.clear();
    return add(Value(n), ec);
  }

  template <class Container>
  bool open(Container empty, error_code& ec) {
    if (!count(ec)) return false;
    stack_.push_back({.container = std::move(empty), .name = {}});
    return true;
  }

  bool close() {
    Value done = std::move(stack_.back().container);
    stack_.pop_back();
    attach(std::move(done));
    return true;
  }

  std::size_t elements_left_;
  std::vector<Frame> stack_;
  std::string text_;  // the parts so far of a name, string or number
  std::string refusal_;
  Value root_;
};

boost::json::parse_options options(const Limits& limits) {
  boost::json::parse_options made;
  made.max_depth = limits.depth;
  return made;
}

// The parser does not say where it stopped, so a short text is read again, byte by byte. A long one is not: this is a
// kindness to people who type, and costs ten times the parsing.
std::string position_of_error(std::string_view text, const Limits& limits) {
  constexpr std::size_t kWorthIt = 64 * 1024;
  if (text.size() > kWorthIt) return {};
  boost::json::basic_parser<Ignore> parser(options(limits));
  error_code ec;
  for (std::size_t i = 0; i < text.size(); ++i) {
    parser.write_some(true, text.data() + i, 1, ec);
    if (ec) return " at byte " + std::to_string(i + 1);
  }
  return " at the end";
}

std::unexpected<base::Error> fail_at(std::string why) {
  return base::fail(Errc::serialization, "JSON: " + std::move(why));
}

}  // namespace

base::Result<Value> parse(std::string_view text, const Limits& limits) {
  boost::json::basic_parser<Builder> parser(options(limits), limits.elements);
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!parser.handler().refusal().empty()) return fail_at(parser.handler().refusal());
  if (ec) return fail_at(ec.message() + position_of_error(text, limits));
  const auto trailing = text.find_first_not_of(" \t\r\n", used);
  if (trailing != std::string_view::npos) return fail_at("extra data at byte " + std::to_string(trailing + 1));
  return parser.handler().take();
}

}  // namespace berth::json
