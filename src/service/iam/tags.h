// Tags of users, roles, managed policies and OIDC providers. One way for all four. At most 50 each; keys compare
// without case.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "service/iam/common.h"

namespace berth::service::iam {

struct Taggable {
  enum class Kind : std::uint8_t { user, role, policy, oidc_provider };
  Kind kind = Kind::user;
  std::string name;  // of a user or role its name, of the others their ARN
};

// Stateless; safe from any thread; `core` outlives it. Errors: entity_not_found, limit_exceeded, invalid_input.
class TagService {
 public:
  explicit TagService(const Core& core) : core_(core) {}

  base::Result<void> tag(const Scope& scope, const Taggable& owner, const std::vector<model::ResourceTag>& tags);
  base::Result<void> untag(const Scope& scope, const Taggable& owner, const std::vector<std::string>& keys);
  base::Result<Page<model::ResourceTag>> list(const Scope& scope, const Taggable& owner, const PageRequest& page);

 private:
  const Core& core_;
};

}  // namespace berth::service::iam
