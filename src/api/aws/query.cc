#include "api/aws/query.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "auth/amz_date.h"
#include "base/text.h"

namespace berth::api::aws {
namespace {

// Parameters whose names begin with the same path, as far as `depth` characters of it; by name.
struct Entry {
  std::string_view name, value;
};
using Entries = std::span<const Entry>;

std::unexpected<base::Error> fail_input(std::string message) {
  return base::fail(base::Errc::serialization, std::move(message));
}

// The entries of the value called `name`, which follows `depth` characters of path: "<path>name" and
// "<path>name.<more>". Others may stand between the two ("name-x" sorts before "name."), so these are two lookups.
struct Found {
  std::optional<std::string_view> plain;
  Entries nested;
};
Found find(Entries entries, std::size_t depth, std::string_view name) {
  const auto key = [depth](const Entry& entry) { return entry.name.substr(depth); };
  Found found;
  const auto exact = std::ranges::lower_bound(entries, name, {}, key);
  if (exact != entries.end() && key(*exact) == name) found.plain = exact->value;
  const auto prefix = std::string(name) + ".";
  const auto first = std::ranges::lower_bound(entries, prefix, {}, key);
  const auto last =
      std::ranges::partition_point(first, entries.end(), [&](const Entry& e) { return key(e).starts_with(prefix); });
  found.nested = {first, last};
  return found;
}

base::Result<std::optional<json::Value>> read(const json::TypeDescription& type, const Found& found, std::size_t depth);

base::Result<json::Value> read_structure(const json::TypeDescription& type, Entries entries, std::size_t depth) {
  json::Object object;
  for (const auto& member : type.members) {
    const auto found = find(entries, depth, member.name);
    BERTH_TRY(auto value, read(member.type, found, depth + member.name.size() + 1));
    if (value) object.push_back({.name = member.name, .value = *std::move(value)});
  }
  return json::Value(std::move(object));
}

// The indexes that a list has, in their order; `depth` stands behind "<list>.member.".
base::Result<std::vector<std::uint64_t>> indexes(Entries entries, std::size_t depth) {
  std::vector<std::uint64_t> found;
  for (const auto& entry : entries) {
    const auto rest = entry.name.substr(depth);
    const auto text = rest.substr(0, rest.find('.'));
    const auto index = base::parse_integer<std::uint64_t>(text);
    if (!index || *index == 0 || text.front() == '0') {
      return fail_input("A list has no element '" + std::string(text) + "'");
    }
    found.push_back(*index);
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

base::Result<std::optional<json::Value>> read_list(const json::TypeDescription& element, const Found& found,
                                                   std::size_t depth) {
  constexpr std::string_view kMember = "member";
  const auto members = find(found.nested, depth, kMember);
  const std::size_t below = depth + kMember.size() + 1;
  if (members.nested.empty()) {
    const bool empty = found.plain == "" || members.plain == "";
    return empty ? std::optional<json::Value>(json::Array()) : std::nullopt;
  }
  BERTH_TRY(const auto order, indexes(members.nested, below));
  json::Array list;
  list.reserve(order.size());
  for (const auto index : order) {
    const auto name = std::to_string(index);
    BERTH_TRY(auto value, read(element, find(members.nested, below, name), below + name.size() + 1));
    list.push_back(value ? *std::move(value) : json::Value());
  }
  return std::optional<json::Value>(std::move(list));
}

// "2026-01-01T00:00:00Z" as seconds.
std::optional<double> seconds_of(std::string_view iso) {
  if (iso.size() != 20 || iso[4] != '-' || iso[7] != '-' || iso[13] != ':' || iso[16] != ':') return std::nullopt;
  std::string basic(iso);
  std::erase_if(basic, [](char c) { return c == '-' || c == ':'; });
  const auto time = auth::parse_amz_date(basic);
  if (!time) return std::nullopt;
  return static_cast<double>(base::to_micros(*time)) / 1e6;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class T>
base::Result<std::optional<json::Value>> known(const std::optional<T>& value, std::string_view what) {
  if (!value) return fail_input("A value that is not " + std::string(what));
  return std::optional<json::Value>(*value);
}

base::Result<std::optional<json::Value>> read_scalar(json::TypeKind kind, std::string_view text) {
  switch (kind) {
    case json::TypeKind::string:
    case json::TypeKind::blob: return std::optional<json::Value>(text);
    case json::TypeKind::integer: return known(base::parse_integer<std::int64_t>(text), "an Integer");
    case json::TypeKind::number: return known(number_of(text), "a Double");
    case json::TypeKind::boolean: {
      const auto lower = base::to_lower(text);
      return known(lower == "true"    ? std::optional(true)
                   : lower == "false" ? std::optional(false)
                                      : std::nullopt,
                   "a Boolean");
    }
    case json::TypeKind::timestamp: return known(seconds_of(text), "a Timestamp");
    case json::TypeKind::structure:
    case json::TypeKind::list:
    case json::TypeKind::map: return std::nullopt;
  }
  std::unreachable();
}

// nullopt: absent. `depth` is where the names of what is nested begin. No service here takes a map in a form.
base::Result<std::optional<json::Value>> read(const json::TypeDescription& type, const Found& found,
                                              std::size_t depth) {
  switch (type.kind) {
    case json::TypeKind::structure: {
      if (found.nested.empty()) return std::nullopt;
      BERTH_TRY(auto value, read_structure(type, found.nested, depth));
      return std::optional<json::Value>(std::move(value));
    }
    case json::TypeKind::list: return read_list(type.element.front(), found, depth);
    case json::TypeKind::string:
    case json::TypeKind::integer:
    case json::TypeKind::number:
    case json::TypeKind::boolean:
    case json::TypeKind::blob:
    case json::TypeKind::timestamp:
    case json::TypeKind::map:
      if (!found.plain) return std::nullopt;
      return read_scalar(type.kind, *found.plain);
  }
  std::unreachable();
}

std::vector<Entry> by_name(const web::Query& form) {
  std::vector<Entry> entries;
  entries.reserve(form.size());
  for (const auto& [name, value] : form) entries.push_back({.name = name, .value = value});
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

}  // namespace

base::Result<web::Query> query_form(const web::Request& request, std::string_view body) {
  auto form = web::Query::parse(request.query());
  if (form && !form->contains("Action")) form = web::Query::parse(body);
  if (!form) return base::fail(base::Errc::validation, "The request is not a form: a percent-encoding is malformed");
  if (form->size() > kMaxQueryParameters) {
    return base::fail(base::Errc::validation,
                      "The request has more than " + std::to_string(kMaxQueryParameters) + " parameters");
  }
  const auto entries = by_name(*form);
  if (std::ranges::adjacent_find(entries, {}, &Entry::name) != entries.end()) {
    return base::fail(base::Errc::validation, "The request has a parameter twice");
  }
  if (!std::ranges::all_of(entries, base::is_utf8, &Entry::value)) {
    return base::fail(base::Errc::validation, "The request has a parameter that is not UTF-8");
  }
  return form;
}

base::Result<json::Value> query_value(const web::Query& form, const json::TypeDescription& type) {
  const auto entries = by_name(form);
  return read_structure(type, entries, 0);
}

}  // namespace berth::api::aws
