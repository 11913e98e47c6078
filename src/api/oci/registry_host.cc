#include "api/oci/registry_host.h"

#include "base/text.h"

namespace berth::api::oci {

std::optional<model::RegistryRef> registry_of_host(std::string_view host, std::span<const std::string> domains) {
  const auto name = base::to_lower(host.substr(0, host.find(':')));
  const std::string_view text = name;
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto account = model::AccountId::parse(text.substr(0, dot));
  if (!account) return std::nullopt;
  auto rest = text.substr(dot + 1);
  bool prefixed = false;
  for (const std::string_view prefix : {"dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips."}) {
    if (rest.starts_with(prefix)) {
      rest.remove_prefix(prefix.size());
      prefixed = true;
      break;
    }
  }
  const auto end = rest.find('.');
  if (!prefixed || end == std::string_view::npos) return std::nullopt;
  const auto domain = rest.substr(end + 1);
  bool known = domain == "on.aws";
  for (const auto& each : domains) known = known || domain == each;
  auto region = model::Region::parse(rest.substr(0, end));
  if (!known || !region) return std::nullopt;
  return model::RegistryRef{*std::move(account), *std::move(region)};
}

}  // namespace berth::api::oci
