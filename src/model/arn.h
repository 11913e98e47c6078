// Amazon resource names of the things that Berth has.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "model/account_id.h"
#include "model/region.h"
#include "model/repository_name.h"

namespace berth::model {

// arn:<partition>:ecr:<region>:<account>:<resource>; of public registries arn:aws:ecr-public::<account>:<resource>
std::string ecr_arn(const Region& region, const AccountId& account, std::string_view resource);

// arn:<partition>:ecr:<region>:<account>:repository/<name>, and the public ones likewise
struct RepositoryArn {
  Region region;
  AccountId account;
  RepositoryName name;

  // invalid_parameter: Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'. The partition
  // must be the region's.
  static base::Result<RepositoryArn> parse(std::string_view text);
  std::string text() const;

  friend bool operator==(const RepositoryArn&, const RepositoryArn&) = default;
};

std::string root_arn(const AccountId& account, std::string_view partition = "aws");  // arn:aws:iam::<account>:root
// arn:aws:iam::<account>:user/<user>; `user` may carry its path ("ops/alice").
std::string user_arn(const AccountId& account, std::string_view user, std::string_view partition = "aws");

}  // namespace berth::model
