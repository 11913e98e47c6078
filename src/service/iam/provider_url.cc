#include "service/iam/provider_url.h"

#include <algorithm>

namespace berth::service::iam {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

bool is_loopback(std::string_view authority) {
  const auto host = authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1)
                                               : authority.substr(0, authority.find(':'));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

// No user, query or fragment, and nothing that needs quoting in an ARN.
bool plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~:/[]%+").contains(c);
}

}  // namespace

std::optional<std::string> provider_url(std::string_view issuer) {
  const bool https = issuer.starts_with(kHttps);
  if (!https && !issuer.starts_with(kHttp)) return std::nullopt;
  auto rest = issuer.substr(https ? kHttps.size() : kHttp.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto authority = rest.substr(0, rest.find('/'));
  if (!https && !is_loopback(authority)) return std::nullopt;
  if (authority.find_first_of(".:") == std::string_view::npos) return std::nullopt;
  if (!std::ranges::all_of(rest, plain)) return std::nullopt;
  return std::string(rest);
}

}  // namespace berth::service::iam
