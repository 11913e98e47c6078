// The organization that a server's accounts are: one, with one root and no units. Values.
//
// Source: AWS Organizations API reference, "Data types".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/account_id.h"

namespace berth::model {

enum class AccountStatus : std::uint8_t { active, suspended };  // suspended: closed; its identities may do nothing

struct Account {
  AccountId id;
  std::string name;
  std::string email;
  AccountStatus status = AccountStatus::active;
  base::Timestamp joined;
  std::string arn{};  // where a method says so
};

struct Organization {
  std::string id;        // "o-" and 10 to 32 of a-z 0-9
  std::string root;      // "r-" and 4 to 32
  AccountId management;  // the first account; service control policies do not bound it
  base::Timestamp created;

  std::string arn() const;                             // arn:aws:organizations::M:organization/o-...
  std::string root_arn() const;                        // ...:root/o-.../r-...
  std::string account_arn(const AccountId& id) const;  // ...:account/o-.../A
  std::string policy_arn(std::string_view id) const;   // ...:policy/o-.../service_control_policy/p-...
  std::string target_arn(std::string_view id) const;   // of a root or an account
};

inline constexpr std::string_view kFullAwsAccess = "p-FullAWSAccess";  // the one that AWS manages
inline constexpr std::string_view kFullAwsAccessDocument =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";

struct ServiceControlPolicy {
  std::string id;  // "p-" and 8 of a-z 0-9
  std::string name;
  std::string description;
  std::string document;
  bool aws_managed = false;
  std::string arn{};  // where a method says so
};

// What CreateAccount began. Here it is over when it is answered.
struct AccountCreation {
  std::string id;                    // "car-" and 32 of a-z 0-9
  std::optional<AccountId> account;  // none: it failed
  std::string name;
  std::string failure;  // "EMAIL_ALREADY_EXISTS"
  base::Timestamp requested;
};

}  // namespace berth::model
