// Percent-encoding and query strings (RFC 3986 section 2, and form encoding for what a query holds). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace berth::web {

// One path segment or the like: every %XX becomes its byte, '+' stays. invalid_parameter if an escape is malformed or
// stands for NUL. The result may hold '/', "..", and bytes that are not UTF-8: split a path before decoding it.
base::Result<std::string> percent_decode(std::string_view text);

// Everything but the unreserved characters (letters, digits, '-', '.', '_', '~') becomes %XX, upper case: fit for a
// path segment, a query name or a query value, and what SigV4 calls UriEncode.
std::string percent_encode(std::string_view text);
std::string percent_encode_path(std::string_view path);  // the same, but '/' stays

// The parameters of a query, decoded, in order; names may repeat.
class Query {
 public:
  using Parameter = std::pair<std::string, std::string>;

  // `text` is raw, without '?'. '+' is a space; "a" is the same as "a="; empty pieces ("&&") are skipped.
  // invalid_parameter as percent_decode.
  static base::Result<Query> parse(std::string_view text);

  std::optional<std::string_view> find(std::string_view name) const;  // the first
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
  bool contains(std::string_view name) const { return find(name).has_value(); }
  std::vector<std::string_view> all(std::string_view name) const;

  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }
  std::size_t size() const { return parameters_.size(); }

 private:
  std::vector<Parameter> parameters_;
};

}  // namespace berth::web
