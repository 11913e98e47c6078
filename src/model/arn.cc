#include "model/arn.h"

#include <array>

namespace berth::model {
namespace {

std::unexpected<base::Error> invalid() { return base::fail_parameter("resourceArn", "Invalid ARN"); }

base::Result<Region> region_of(std::string_view service, std::string_view region) {
  if (service == "ecr") return Region::parse(region);
  if (service == "ecr-public" && region.empty()) return Region::of_public_registries();
  return invalid();
}

}  // namespace

std::string ecr_arn(const Region& region, const AccountId& account, std::string_view resource) {
  std::string out = "arn:";
  out.append(region.partition());
  if (region.is_public()) {
    out.append(":ecr-public:");
  } else {
    out.append(":ecr:").append(region.text());
  }
  return out.append(":").append(account.text()).append(":").append(resource);
}

base::Result<RepositoryArn> RepositoryArn::parse(std::string_view text) {
  std::array<std::string_view, 5> head;  // arn, partition, service, region, account
  for (auto& part : head) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return invalid();
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  constexpr std::string_view kResource = "repository/";
  if (head[0] != "arn" || !text.starts_with(kResource)) return invalid();
  auto region = region_of(head[2], head[3]);
  auto account = AccountId::parse(head[4]);
  auto name = RepositoryName::parse(text.substr(kResource.size()));
  if (!region || !account || !name || head[1] != region->partition()) return invalid();
  return RepositoryArn{.region = *std::move(region), .account = *std::move(account), .name = *std::move(name)};
}

std::string RepositoryArn::text() const { return ecr_arn(region, account, "repository/" + name.text()); }

std::string root_arn(const AccountId& account, std::string_view partition) {
  return std::string("arn:").append(partition).append(":iam::").append(account.text()).append(":root");
}

std::string user_arn(const AccountId& account, std::string_view user, std::string_view partition) {
  return std::string("arn:").append(partition).append(":iam::").append(account.text()).append(":user/").append(user);
}

}  // namespace berth::model
