#include "auth/canonical.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"

namespace berth::auth {
namespace {

constexpr std::string_view kSignature = "X-Amz-Signature";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

bool is_name(std::string_view name, std::string_view lower_case_name) {
  return std::ranges::equal(name, lower_case_name, {}, lower);
}

void encode(std::string& out, std::string_view raw, bool keep_slash) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : raw) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

std::string decode(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+') {
      out += ' ';
      continue;
    }
    const auto byte = raw[i] == '%' && i + 2 < raw.size() ? base::from_hex(raw.substr(i + 1, 2)) : std::nullopt;
    out += byte ? byte->front() : raw[i];
    if (byte) i += 2;
  }
  return out;
}

void append_collapsed(std::string& out, std::string_view value) {
  bool gap = false;
  const std::size_t start = out.size();
  for (const char c : value) {
    if (is_space(c)) {
      gap = true;
      continue;
    }
    if (gap && out.size() > start) out += ' ';
    gap = false;
    out += c;
  }
}

}  // namespace

std::vector<std::string_view> RequestHead::values(std::string_view lower_case_name) const {
  std::vector<std::string_view> out;
  for (const auto& [name, value] : headers) {
    if (is_name(name, lower_case_name)) out.emplace_back(value);
  }
  return out;
}

std::vector<QueryParameter> parse_query(std::string_view raw) {
  std::vector<QueryParameter> out;
  while (!raw.empty()) {
    const std::string_view pair = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(pair.size() + 1, raw.size()));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    out.push_back({.name = decode(pair.substr(0, equals)),
                   .value = equals == std::string_view::npos ? "" : decode(pair.substr(equals + 1))});
  }
  return out;
}

std::string uri_encode(std::string_view raw) {
  std::string out;
  encode(out, raw, false);
  return out;
}

std::string canonical_path(std::string_view raw) {
  std::vector<std::string_view> segments;
  for (std::string_view rest = raw; !rest.empty();) {
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      segments.push_back(segment);
    } else if (!segments.empty()) {
      segments.pop_back();
    }
  }
  std::string out;
  for (const std::string_view segment : segments) {
    out += '/';
    encode(out, segment, true);
  }
  if (segments.empty() || raw.ends_with('/')) out += '/';
  return out;
}

std::string canonical_query(std::span<const QueryParameter> query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(query.size());
  for (const QueryParameter& parameter : query) {
    if (parameter.name != kSignature) encoded.emplace_back(uri_encode(parameter.name), uri_encode(parameter.value));
  }
  std::ranges::sort(encoded);
  std::string out;
  for (const auto& [name, value] : encoded) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string canonical_header(const RequestHead& head, std::string_view lower_case_name) {
  std::string out;
  if (lower_case_name == "host") {
    append_collapsed(out, head.host);
    return out;
  }
  bool first = true;
  for (const std::string_view value : head.values(lower_case_name)) {
    if (!first) out += ',';
    first = false;
    append_collapsed(out, value);
  }
  return out;
}

std::string canonical_head(const RequestHead& head, std::span<const QueryParameter> query,
                           std::span<const std::string_view> names) {
  std::string out;
  out.append(head.method).append("\n").append(canonical_path(head.path)).append("\n");
  out.append(canonical_query(query)).append("\n");
  for (const std::string_view name : names) {
    out.append(name).append(":").append(canonical_header(head, name)).append("\n");
  }
  out += '\n';
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ';';
    out += names[i];
  }
  out += '\n';
  return out;
}

}  // namespace berth::auth
