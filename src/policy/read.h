// The steps of Document::parse. Each fails with `policy_malformed` that says where. Of this room alone.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/value.h"
#include "policy/parsed.h"

namespace berth::policy::detail {

inline constexpr std::array<std::string_view, 8> kPartitions{"aws",       "aws-cn",    "aws-us-gov", "aws-iso",
                                                             "aws-iso-b", "aws-iso-e", "aws-iso-f",  "aws-eusc"};

// What the elements of a statement are read with.
struct Reading {
  Kind kind = Kind::identity;
  bool variables = false;  // Version 2012-10-17
};

base::Result<Statement> read_statement(const Reading& reading, const json::Value& value, const std::string& at);
base::Result<Principals> read_principals(const json::Value& value, bool negated, const std::string& at);
// One value of Principal.AWS; nullopt: it is none.
std::optional<PrincipalEntry> read_aws_principal(const std::string& text);
base::Result<std::vector<ConditionKey>> read_conditions(const Reading& reading, const json::Value& value,
                                                        const std::string& at);
// "arn:partition:service:region:account:resource", perhaps incomplete, or "*".
base::Result<void> check_resource(std::string_view text, const std::string& at);

// One string or a list of them; `none` is the text about an empty list.
base::Result<std::vector<std::string>> read_strings(const json::Value& value, const std::string& at,
                                                    std::string_view none);

[[nodiscard]] std::unexpected<base::Error> malformed(const std::string& at, std::string_view why,
                                                     std::source_location where = std::source_location::current());
std::string element(const std::string& at, std::size_t index);  // "Statement[0]"
std::string member(const std::string& at, std::string_view name);

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& known, std::string_view text) {
  return std::ranges::find(known, text) != known.end();
}

}  // namespace berth::policy::detail
