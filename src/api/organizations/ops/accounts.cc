#include "api/organizations/ops/accounts.h"

#include <algorithm>

#include "api/organizations/errors.h"

namespace berth::api::organizations {
namespace {

CreationShape creation_shape(const model::AccountCreation& creation) {
  CreationShape shape{.id = creation.id,
                      .name = creation.name,
                      .state = creation.account ? CreationState::succeeded : CreationState::failed,
                      .requested = creation.requested,
                      .completed = creation.requested};
  if (creation.account) shape.account = creation.account->text();
  if (!creation.failure.empty()) shape.failure = creation.failure;
  return shape;
}

AccountShape account_shape(const model::Account& account) {
  const std::string status = account.status == model::AccountStatus::active ? "ACTIVE" : "SUSPENDED";
  // The management account made the organization: AWS says that it was invited.
  const bool management = account.arn.contains("::" + account.id.text() + ":");
  return {.id = account.id.text(),
          .arn = account.arn,
          .email = account.email,
          .name = account.name,
          .status = status,
          .state = account.status == model::AccountStatus::active ? "ACTIVE" : "CLOSED",
          .joined_method = management ? "INVITED" : "CREATED",
          .joined = account.joined};
}

ListAccountsResponse accounts_of(const service::iam::Page<model::Account>& page) {
  ListAccountsResponse response{.accounts = {}, .next_token = token_of(page.next)};
  for (const auto& account : page.items) response.accounts.push_back(account_shape(account));
  return response;
}

}  // namespace

base::Result<CreationResponse> create_account(const Call& call, CreateAccountRequest request) {
  if (!request.tags.empty()) {
    return fail_input("INVALID_LIST_MEMBER", "Accounts of this server cannot have tags.");
  }
  service::iam::CreateAccount command{.name = std::move(request.name), .email = std::move(request.email)};
  if (request.role) command.role = *std::move(request.role);
  BERTH_TRY(const auto created, call.iam.accounts.create(call.scope, command));
  return CreationResponse{.status = creation_shape(created.creation)};
}

base::Result<CreationResponse> describe_create_account_status(const Call& call, CreationRequest request) {
  BERTH_TRY(const auto creation, call.iam.accounts.creation(call.scope, request.id));
  return CreationResponse{.status = creation_shape(creation)};
}

base::Result<ListCreationsResponse> list_create_account_status(const Call& call, ListCreationsRequest request) {
  BERTH_TRY(const auto page, request.page());
  BERTH_TRY(const auto found, call.iam.accounts.creations(call.scope, page));
  ListCreationsResponse response{.statuses = {}, .next_token = token_of(found.next)};
  for (const auto& creation : found.items) {
    auto shape = creation_shape(creation);
    const bool wanted = !request.states || std::ranges::find(*request.states, shape.state) != request.states->end();
    if (wanted) response.statuses.push_back(std::move(shape));
  }
  return response;
}

base::Result<DescribeAccountResponse> describe_account(const Call& call, AccountRequest request) {
  BERTH_TRY(const auto account, call.iam.accounts.describe(call.scope, request.id));
  return DescribeAccountResponse{.account = account_shape(account)};
}

base::Result<ListAccountsResponse> list_accounts(const Call& call, ListAccountsRequest request) {
  BERTH_TRY(const auto page, request.page());
  BERTH_TRY(const auto found, call.iam.accounts.list(call.scope, page));
  return accounts_of(found);
}

base::Result<ListAccountsResponse> list_accounts_for_parent(const Call& call, ListAccountsForParentRequest request) {
  BERTH_TRY(const auto page, request.page());
  BERTH_TRY(const auto found, call.iam.accounts.list_below(call.scope, request.parent, page));
  return accounts_of(found);
}

base::Result<ListParentsResponse> list_parents(const Call& call, ListParentsRequest request) {
  BERTH_CHECK(request.page());
  BERTH_TRY(const auto organization, call.iam.accounts.parent(call.scope, request.child));
  return ListParentsResponse{.parents = {ParentShape{.id = organization.root}}};
}

base::Result<void> close_account(const Call& call, AccountRequest request) {
  return call.iam.accounts.close(call.scope, request.id);
}

}  // namespace berth::api::organizations
