// A repository and what is set on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "model/account_id.h"
#include "model/region.h"
#include "model/repository_name.h"
#include "model/tag_mutability.h"

namespace berth::model {

inline constexpr std::string_view kAes256 = "AES256";  // how repositories are encrypted unless KMS is asked for

// A registry is (account, region); an account's public registry is in Region::of_public_registries().
struct RegistryRef {
  AccountId account;
  Region region;

  static RegistryRef public_of(AccountId account) { return {std::move(account), Region::of_public_registries()}; }
  bool is_public() const { return region.is_public(); }
};

// How a repository is named from outside. May name one that does not exist.
struct RepositoryRef {
  RegistryRef registry;
  RepositoryName name;
};

struct Repository {
  std::string id;  // ULID; never shown to clients, never reused
  RepositoryRef ref;
  base::Timestamp created;
  TagMutability mutability;
  bool scan_on_push = false;
  std::string encryption_type{kAes256};
  std::optional<std::string> kms_key;
  bool deletion_protected = false;  // an extension: not deleted before that is taken back
};

}  // namespace berth::model
