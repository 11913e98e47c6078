#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/read.h"

namespace berth::policy::detail {
namespace {

// What IAM knows of its own ARNs.
base::Result<void> check_iam(const std::vector<std::string_view>& parts, std::string_view text, const std::string& at) {
  constexpr std::array<std::string_view, 13> kPaths{"user/",
                                                    "federated-user/",
                                                    "role/",
                                                    "group/",
                                                    "instance-profile/",
                                                    "mfa/",
                                                    "server-certificate/",
                                                    "policy/",
                                                    "sms-mfa/",
                                                    "saml-provider/",
                                                    "oidc-provider/",
                                                    "report/",
                                                    "access-report/"};
  if (!parts[3].empty())
    return malformed(at, "IAM resource " + std::string(text) + " cannot contain region information.");
  const std::string_view path = parts[5];
  if (path == "*" || std::ranges::any_of(kPaths, [&](std::string_view start) { return path.starts_with(start); })) {
    return {};
  }
  std::string known;
  for (const std::string_view start : kPaths) known.append(known.empty() ? "" : ", ").append(start);
  return malformed(at, "IAM resource path must either be \"*\" or start with " + known + ".");
}

}  // namespace

base::Result<void> check_resource(std::string_view text, const std::string& at) {
  if (text == "*") return {};
  if (!text.contains(':')) {
    return malformed(at, "Resource " + std::string(text) + " must be in ARN format or \"*\".");
  }
  const auto parts = base::split(text, ':');
  if (parts[0] != "arn") return malformed(at, "Resource " + std::string(text) + " must be in ARN format or \"*\".");
  if (parts[1] != "*" && !is_one_of(kPartitions, parts[1])) {
    return malformed(
        at, "Partition \"" + std::string(parts[1]) + "\" is not valid for resource \"" + std::string(text) + "\".");
  }
  if (parts.size() < 3 || parts[2].empty()) {
    return malformed(at, "Resource vendor must be fully qualified and cannot contain regexes.");
  }
  if (parts[2] == "iam" && parts.size() >= 6) return check_iam(parts, text, at);
  return {};
}

}  // namespace berth::policy::detail
