#include "model/arn.h"

#include <array>

namespace berth::model {
namespace {

std::unexpected<base::Error> invalid() { return base::fail_parameter("resourceArn", "Invalid ARN"); }

}  // namespace

base::Result<RepositoryArn> RepositoryArn::parse(std::string_view text) {
  std::array<std::string_view, 5> head;  // arn, partition, service, region, account
  for (auto& part : head) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return invalid();
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  constexpr std::string_view kResource = "repository/";
  if (head[0] != "arn" || head[2] != "ecr" || !text.starts_with(kResource)) return invalid();
  auto region = Region::parse(head[3]);
  auto account = AccountId::parse(head[4]);
  auto name = RepositoryName::parse(text.substr(kResource.size()));
  if (!region || !account || !name || head[1] != region->partition()) return invalid();
  return RepositoryArn{.region = *std::move(region), .account = *std::move(account), .name = *std::move(name)};
}

std::string RepositoryArn::text() const {
  std::string out = "arn:";
  out.append(region.partition()).append(":ecr:").append(region.text()).append(":").append(account.text());
  return out.append(":repository/").append(name.text());
}

std::string root_arn(const AccountId& account, std::string_view partition) {
  return std::string("arn:").append(partition).append(":iam::").append(account.text()).append(":root");
}

std::string user_arn(const AccountId& account, std::string_view user, std::string_view partition) {
  return std::string("arn:").append(partition).append(":iam::").append(account.text()).append(":user/").append(user);
}

}  // namespace berth::model
