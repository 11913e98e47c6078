// Accounts: CreateAccount, DescribeCreateAccountStatus, ListCreateAccountStatus, DescribeAccount, ListAccounts,
// ListAccountsForParent, ListParents, CloseAccount.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/organizations/call.h"
#include "api/organizations/members.h"
#include "api/organizations/paging.h"
#include "base/clock.h"
#include "model/organization.h"

namespace berth::api::organizations {

struct TagShape {
  std::string key, value;

  template <class F>
  void fields(F& f) {
    f.req("Key", key, kTagKeyLength, kTagText);
    f.req("Value", value, kTagValueLength, kTagText);
  }
};

enum class BillingAccess : std::uint8_t { allow, deny };
inline constexpr auto kBillingAccessNames = std::to_array<std::pair<std::string_view, BillingAccess>>(
    {{"ALLOW", BillingAccess::allow}, {"DENY", BillingAccess::deny}});
constexpr const auto& enum_names(BillingAccess) { return kBillingAccessNames; }

enum class CreationState : std::uint8_t { in_progress, succeeded, failed };
inline constexpr auto kCreationStateNames =
    std::to_array<std::pair<std::string_view, CreationState>>({{"IN_PROGRESS", CreationState::in_progress},
                                                               {"SUCCEEDED", CreationState::succeeded},
                                                               {"FAILED", CreationState::failed}});
constexpr const auto& enum_names(CreationState) { return kCreationStateNames; }

struct CreateAccountRequest {
  std::string email, name;
  std::optional<std::string> role;
  std::optional<BillingAccess> billing;  // there is no bill
  std::vector<TagShape> tags;

  template <class F>
  void fields(F& f) {
    f.req("Email", email, kEmailLength, kEmail);
    f.req("AccountName", name, kAccountNameLength, kAccountName);
    f.opt("RoleName", role, kRoleNameLength, kRoleName);
    f.opt("IamUserAccessToBilling", billing);
    f.opt("Tags", tags);
  }
};

struct CreationShape {
  std::string id, name;
  CreationState state = CreationState::succeeded;
  base::Timestamp requested, completed;
  std::optional<std::string> account{}, gov_cloud_account{}, failure{};

  template <class F>
  void fields(F& f) {
    f.opt("Id", id);
    f.opt("AccountName", name);
    f.opt("State", state);
    f.opt("RequestedTimestamp", requested);
    f.opt("CompletedTimestamp", completed);
    f.opt("AccountId", account);
    f.opt("GovCloudAccountId", gov_cloud_account);
    f.opt("FailureReason", failure);
  }
};

struct CreationResponse {
  CreationShape status;

  template <class F>
  void fields(F& f) {
    f.opt("CreateAccountStatus", status);
  }
};

struct CreationRequest {
  std::string id;

  template <class F>
  void fields(F& f) {
    f.req("CreateAccountRequestId", id, kCreationIdLength, kCreationId);
  }
};

struct ListCreationsRequest : Paged {
  std::optional<std::vector<CreationState>> states;

  template <class F>
  void fields(F& f) {
    f.opt("States", states);
    page_fields(f);
  }
};

struct ListCreationsResponse {
  std::vector<CreationShape> statuses;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("CreateAccountStatuses", statuses);
    f.opt("NextToken", next_token);
  }
};

struct AccountRequest {
  std::string id;

  template <class F>
  void fields(F& f) {
    f.req("AccountId", id, kAccountIdLength, kAccountId);
  }
};

struct AccountShape {
  std::string id, arn, email, name, status, state;
  std::optional<std::vector<std::string>> paths{};  // of organizational units, of which there are none
  std::string joined_method;
  base::Timestamp joined;

  template <class F>
  void fields(F& f) {
    f.opt("Id", id);
    f.opt("Arn", arn);
    f.opt("Email", email);
    f.opt("Name", name);
    f.opt("Status", status);
    f.opt("State", state);
    f.opt("Paths", paths);
    f.opt("JoinedMethod", joined_method);
    f.opt("JoinedTimestamp", joined);
  }
};

struct DescribeAccountResponse {
  AccountShape account;

  template <class F>
  void fields(F& f) {
    f.opt("Account", account);
  }
};

struct ListAccountsRequest : Paged {
  template <class F>
  void fields(F& f) {
    page_fields(f);
  }
};

struct ListAccountsForParentRequest : Paged {
  std::string parent;

  template <class F>
  void fields(F& f) {
    f.req("ParentId", parent, kLongIdLength, kParentId);
    page_fields(f);
  }
};

struct ListAccountsResponse {
  std::vector<AccountShape> accounts;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("Accounts", accounts);
    f.opt("NextToken", next_token);
  }
};

struct ListParentsRequest : Paged {
  std::string child;

  template <class F>
  void fields(F& f) {
    f.req("ChildId", child, kLongIdLength, kChildId);
    page_fields(f);
  }
};

struct ParentShape {
  std::string id;
  std::string type = "ROOT";

  template <class F>
  void fields(F& f) {
    f.opt("Id", id);
    f.opt("Type", type);
  }
};

struct ListParentsResponse {
  std::vector<ParentShape> parents;
  std::optional<std::string> next_token{};

  template <class F>
  void fields(F& f) {
    f.opt("Parents", parents);
    f.opt("NextToken", next_token);
  }
};

base::Result<CreationResponse> create_account(const Call& call, CreateAccountRequest request);
base::Result<CreationResponse> describe_create_account_status(const Call& call, CreationRequest request);
base::Result<ListCreationsResponse> list_create_account_status(const Call& call, ListCreationsRequest request);
base::Result<DescribeAccountResponse> describe_account(const Call& call, AccountRequest request);
base::Result<ListAccountsResponse> list_accounts(const Call& call, ListAccountsRequest request);
base::Result<ListAccountsResponse> list_accounts_for_parent(const Call& call, ListAccountsForParentRequest request);
base::Result<ListParentsResponse> list_parents(const Call& call, ListParentsRequest request);
base::Result<void> close_account(const Call& call, AccountRequest request);

}  // namespace berth::api::organizations
