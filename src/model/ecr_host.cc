#include "model/ecr_host.h"

#include <algorithm>

#include "base/text.h"

namespace berth::model {
namespace {

bool take_one_of(std::string_view& text, std::initializer_list<std::string_view> prefixes) {
  const auto* const found = std::ranges::find_if(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
  if (found == prefixes.end()) return false;
  text.remove_prefix(found->size());
  return true;
}

}  // namespace

std::size_t port_at(std::string_view authority) {
  const auto colon = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  const bool none = colon == std::string_view::npos || (bracket != std::string_view::npos && bracket > colon);
  return none ? authority.size() : colon;
}

std::optional<EcrHost> parse_ecr_host(std::string_view host) {
  const std::string name = base::to_lower(host.substr(0, port_at(host)));
  std::string_view rest = name;
  std::optional<AccountId> account;
  bool fips = false;
  if (auto parsed = AccountId::parse(rest.substr(0, rest.find('.')))) {
    account = *std::move(parsed);
    rest.remove_prefix(account->text().size());
    fips = take_one_of(rest, {".dkr.ecr-fips.", ".dkr-ecr-fips."});
    if (!fips && !take_one_of(rest, {".dkr.ecr.", ".dkr-ecr."})) return std::nullopt;
  } else {
    fips = take_one_of(rest, {"api.ecr-fips.", "ecr-fips."});
    if (!fips && !take_one_of(rest, {"api.ecr.", "ecr."})) return std::nullopt;
  }
  const auto end = rest.find('.');
  if (end == std::string_view::npos || end + 1 == rest.size()) return std::nullopt;
  auto region = Region::parse(rest.substr(0, end));
  if (!region) return std::nullopt;
  return EcrHost{.account = std::move(account),
                 .region = *std::move(region),
                 .domain = std::string(rest.substr(end + 1)),
                 .fips = fips};
}

std::optional<EcrHost> parse_ecr_host(std::string_view host, std::span<const std::string> domains) {
  auto found = parse_ecr_host(host);
  if (!found || std::ranges::find(domains, found->domain) != domains.end()) return found;
  if (found->domain != (found->account ? "on.aws" : "api.aws")) return std::nullopt;
  found->domain.clear();
  return found;
}

}  // namespace berth::model
