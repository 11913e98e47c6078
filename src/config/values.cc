#include "config/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/secret.h"
#include "base/text.h"

namespace berth::config {
namespace {

struct Suffix {
  std::string_view text;
  std::uint64_t factor;
};

// Largest first: show() takes the first that divides.
constexpr Suffix kSizes[] = {
    {"TiB", 1ULL << 40}, {"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"", 1}};
constexpr Suffix kDurations[] = {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};

template <std::size_t N>
std::optional<std::uint64_t> parse(std::string_view text, const Suffix (&suffixes)[N]) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = base::parse_integer<std::uint64_t>(text.substr(0, digits));
  const auto* const suffix = std::ranges::find(suffixes, text.substr(digits), &Suffix::text);
  if (!number || suffix == std::end(suffixes) || *number > UINT64_MAX / suffix->factor) return std::nullopt;
  return *number * suffix->factor;
}

template <std::size_t N>
std::string show(std::uint64_t value, const Suffix (&suffixes)[N]) {
  const auto fits = [&](const Suffix& s) { return value % s.factor == 0 && (value != 0 || s.factor == 1); };
  const auto* const suffix = std::ranges::find_if(suffixes, fits);
  return std::to_string(value / suffix->factor) + std::string(suffix->text);
}

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";

bool only(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_address(std::string_view text, int family) {
  std::array<unsigned char, sizeof(in6_addr)> out{};
  return inet_pton(family, std::string(text).c_str(), out.data()) == 1;
}

bool is_host(std::string_view text) {
  return only(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") && text.front() != '-';
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) { return parse(text, kSizes); }
std::string show_size(std::uint64_t bytes) { return show(bytes, kSizes); }

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto value = parse(text, kDurations);
  if (!value || *value > INT64_MAX) return std::nullopt;
  return std::chrono::milliseconds(*value);
}
std::string show_duration(std::chrono::milliseconds duration) {
  return show(static_cast<std::uint64_t>(duration.count()), kDurations);
}

bool is_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !base::parse_integer<std::uint16_t>(text.substr(colon + 1))) return false;
  const std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) return host.ends_with(']') && is_address(host.substr(1, host.size() - 2), AF_INET6);
  return is_host(host);
}

bool is_account(std::string_view text) { return text.size() == 12 && only(text, kDigits); }

bool is_region(std::string_view text) {
  const auto parts = base::split(text, '-');
  if (parts.size() < 3 || text.size() > 32 || !only(parts.back(), kDigits)) return false;
  return std::ranges::all_of(parts.begin(), parts.end() - 1, [](std::string_view part) { return only(part, kLower); });
}

bool is_domain(std::string_view text) {
  return std::ranges::all_of(base::split(text, '.'), [](std::string_view label) {
    return only(label, "abcdefghijklmnopqrstuvwxyz0123456789-") && label.front() != '-' && label.back() != '-';
  });
}

bool is_network(std::string_view text) {
  const auto slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const bool v4 = is_address(address, AF_INET);
  if (!v4 && !is_address(address, AF_INET6)) return false;
  if (slash == std::string_view::npos) return true;
  const auto bits = base::parse_integer<unsigned>(text.substr(slash + 1));
  return bits && *bits <= (v4 ? 32U : 128U);
}

bool is_host_or_network(std::string_view text) {
  return is_network(text) || (is_domain(base::to_lower(text)) && text.find_first_not_of("0123456789.") != text.npos);
}

bool is_http_url(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view name = text.substr(0, scheme);
  const std::string_view authority = text.substr(scheme + 3);
  if (name != "http" && name != "https") return false;
  return is_host_port(authority) || is_host_port(std::string(authority) + ":443");
}

bool is_database_url(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

std::string mask_password(std::string_view url) {
  std::string out(url);
  const std::string mask(base::Secret::kMask);
  const auto start = out.find("://");
  // Up to the last '@', since a password may hold one by mistake: rather hide too much than too little.
  const auto at = out.rfind('@');
  if (start != std::string::npos && at != std::string::npos) {
    const auto colon = out.find(':', start + 3);
    if (colon < at) out.replace(colon + 1, at - colon - 1, mask);
  }
  for (auto found = out.find("password="); found != std::string::npos; found = out.find("password=", found + 9)) {
    const auto value = found + 9;
    out.replace(value, std::min(out.find('&', value), out.size()) - value, mask);
  }
  return out;
}

}  // namespace berth::config
