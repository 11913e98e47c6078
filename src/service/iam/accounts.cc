// Accounts: how they are made, and what is in a new one.
#include <algorithm>
#include <array>

#include "auth/access_key.h"
#include "base/text.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/organization.h"
#include "service/iam/organization_access.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

using base::Errc;

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kAdministratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

// All that is left to chance, made before the transaction, which may run twice.
struct Made {
  model::Account account;
  model::AccountCreation creation;
  model::Entity role;
  model::Entity administrator;
  auth::NewAccessKey key;
  meta::AccessKey key_row;
};

base::Result<void> check(const CreateAccount& command) {
  if (command.name.empty() || base::utf8_length(command.name) > 50 || !is_text(command.name)) {
    return base::fail(Errc::invalid_input, "An account's name has 1 to 50 characters, none of them a control.");
  }
  // [^\s@]+@[^\s@]+\.[^\s@]+
  const auto& email = command.email;
  const auto at = email.find('@');
  const bool plain = std::ranges::none_of(email, [](char c) { return c <= ' ' || c == 0x7F; });
  const auto domain = at == std::string::npos ? std::string() : email.substr(at + 1);
  const auto dot = domain.rfind('.');
  if (!plain || email.size() < 6 || email.size() > 64 || at == 0 || domain.contains('@') || dot == std::string::npos ||
      dot == 0 || dot + 1 == domain.size()) {
    return base::fail(Errc::invalid_input, "You provided a value that does not match the required pattern: Email");
  }
  return check_name(role(command.role));
}

model::AccountId random_account(const Core& core) {
  const auto first = crypto::random_text(core.random, 1, "123456789");
  return model::AccountId::parse(first + crypto::random_text(core.random, 11, "0123456789")).value();
}

std::string trust_of(const model::AccountId& account) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" +
         model::iam_arn(account, "root") + R"("},"Action":"sts:AssumeRole"}]})";
}

Made make(const Core& core, const auth::KeyRing& keys, const CreateAccount& command) {
  const auto now = core.clock.now();
  const auto id = command.id ? *command.id : random_account(core);
  auto key = auth::make_access_key(core.random);
  meta::AccessKey row{.info = {.id = key.id, .user = "administrator", .created = now},
                      .sealed_secret = auth::seal_secret(keys, key.id, key.secret, core.random)};
  return {.account = {.id = id, .name = command.name, .email = command.email, .joined = now},
          .creation = {.id = "car-" + crypto::random_text(core.random, 32, kLower),
                       .account = id,
                       .name = command.name,
                       .failure = {},
                       .requested = now},
          .role = {.id = new_id(core, "AROA"),
                   .account = id,
                   .kind = model::EntityKind::role,
                   .name = command.role,
                   .created = now},
          .administrator = {.id = new_id(core, "AIDA"),
                            .account = id,
                            .kind = model::EntityKind::user,
                            .name = "administrator",
                            .created = now},
          .key = std::move(key),
          .key_row = std::move(row)};
}

base::Result<void> add_entity(meta::Tx& tx, const model::Entity& entity) {
  BERTH_CHECK(tx.identities().create(entity));
  BERTH_CHECK(tx.entity_policies().attach(entity.id, std::string(kAdministratorAccess)));
  return {};
}

base::Result<void> put(meta::Tx& tx, const Made& made, bool administrator) {
  const auto& id = made.account.id;
  BERTH_TRY(const bool created, tx.accounts().create(made.account));
  if (!created) return base::fail(Errc::conflict, "there is an account " + id.text() + " already");
  BERTH_CHECK(tx.organizations().attach(std::string(model::kFullAwsAccess), id.text()));
  if (administrator) {
    BERTH_CHECK(add_entity(tx, made.administrator));
    BERTH_CHECK(tx.access_keys().put(made.administrator.id, made.key_row));
  }
  return tx.accounts().put_creation(made.creation);
}

CreatedAccount created(Made made, bool administrator) {
  CreatedAccount answer{.creation = std::move(made.creation), .administrator = {}};
  if (administrator && answer.creation.account) {
    answer.administrator = AdministratorKey{
        .user_arn = made.administrator.arn(), .id = std::move(made.key.id), .secret = std::move(made.key.secret)};
  }
  return answer;
}

base::Result<model::Account> find_account(meta::Tx& tx, const model::Organization& organization,
                                          const std::string& id) {
  if (const auto account = model::AccountId::parse(id)) {
    BERTH_TRY(auto found, tx.accounts().find(*account));
    if (found) {
      found->arn = organization.account_arn(*account);
      return *std::move(found);
    }
  }
  return about(Errc::entity_not_found, "account", "You specified an account that doesn't exist.");
}

base::Result<Page<model::Account>> accounts_of(const Core& core, const Scope& scope,
                                               const model::Organization& organization, const PageRequest& page) {
  BERTH_CHECK(check_page(page));
  return core.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::Account>> {
    BERTH_TRY(auto accounts, tx.accounts().list(page.after, page.limit + 1));
    for (auto& account : accounts) account.arn = organization.account_arn(account.id);
    return page_of(std::move(accounts), page.limit, [](const auto& account) { return account.id.text(); });
  });
}

}  // namespace

base::Result<CreatedAccount> AccountService::create_first(const Scope& scope, const CreateAccount& command) {
  BERTH_CHECK(
      core_.require(scope, "organizations:CreateOrganization", auth::Resource::of_account(scope.caller.account, "*")));
  BERTH_CHECK(check(command));
  auto made = make(core_, keys_, command);
  const model::Organization organization{.id = "o-" + crypto::random_text(core_.random, 10, kLower),
                                         .root = "r-" + crypto::random_text(core_.random, 4, kLower),
                                         .management = made.account.id,
                                         .created = made.account.joined};
  BERTH_CHECK(core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const bool any, tx.accounts().any());
    if (any) return base::fail(Errc::conflict, "there is an account already");
    BERTH_CHECK(put(tx, made, true));
    BERTH_CHECK(tx.organizations().create(organization));
    BERTH_CHECK(tx.organizations().attach(std::string(model::kFullAwsAccess), organization.root));
    return {};
  }));
  return created(std::move(made), true);
}

base::Result<CreatedAccount> AccountService::create(const Scope& scope, const CreateAccount& command) {
  BERTH_TRY(const auto organization, require_management(core_, scope, "organizations:CreateAccount"));
  BERTH_CHECK(check(command));
  auto made = make(core_, keys_, command);
  made.role.trust_policy = trust_of(organization.management);
  bool taken = false;
  const auto failed = model::AccountCreation{.id = made.creation.id,
                                             .account = {},
                                             .name = command.name,
                                             .failure = "EMAIL_ALREADY_EXISTS",
                                             .requested = made.creation.requested};
  BERTH_CHECK(core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto other, tx.accounts().find_by_email(command.email));
    taken = other.has_value();
    if (taken) return tx.accounts().put_creation(failed);
    BERTH_CHECK(put(tx, made, command.administrator));
    return add_entity(tx, made.role);
  }));
  if (taken) made.creation = failed;
  return created(std::move(made), command.administrator);
}

base::Result<model::AccountCreation> AccountService::creation(const Scope& scope, const std::string& id) {
  BERTH_CHECK(require_management(core_, scope, "organizations:DescribeCreateAccountStatus"));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::AccountCreation> {
    BERTH_TRY(auto found, tx.accounts().find_creation(id));
    if (found) return *std::move(found);
    return about(Errc::entity_not_found, "creation",
                 "We can't find a create account request with the CreateAccountRequestId that you specified.");
  });
}

base::Result<Page<model::AccountCreation>> AccountService::creations(const Scope& scope, const PageRequest& page) {
  BERTH_CHECK(require_management(core_, scope, "organizations:ListCreateAccountStatus"));
  BERTH_CHECK(check_page(page));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<Page<model::AccountCreation>> {
    BERTH_TRY(auto found, tx.accounts().creations(page.after, page.limit + 1));
    return page_of(std::move(found), page.limit, [](const auto& creation) { return creation.id; });
  });
}

base::Result<model::Account> AccountService::describe(const Scope& scope, const std::string& id) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:DescribeAccount", &model::Organization::target_arn, id));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) { return find_account(tx, organization, id); });
}

base::Result<Page<model::Account>> AccountService::list(const Scope& scope, const PageRequest& page) {
  BERTH_TRY(const auto organization, require_management(core_, scope, "organizations:ListAccounts"));
  return accounts_of(core_, scope, organization, page);
}

base::Result<Page<model::Account>> AccountService::list_below(const Scope& scope, const std::string& parent,
                                                              const PageRequest& page) {
  BERTH_TRY(const auto organization, require_management(core_, scope, "organizations:ListAccountsForParent",
                                                        &model::Organization::target_arn, parent));
  if (parent != organization.root) {
    return about(Errc::entity_not_found, "parent", "We can't find a root or OU with the ParentId that you specified.");
  }
  return accounts_of(core_, scope, organization, page);
}

base::Result<model::Organization> AccountService::parent(const Scope& scope, const std::string& child) {
  BERTH_TRY(auto organization,
            require_management(core_, scope, "organizations:ListParents", &model::Organization::target_arn, child));
  const auto found =
      core_.store.read(scope.deadline, [&](meta::Tx& tx) { return find_account(tx, organization, child); });
  if (found) return organization;
  if (found.error().code != Errc::entity_not_found) return std::unexpected(found.error());
  return about(Errc::entity_not_found, "child",
               "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.");
}

base::Result<void> AccountService::close(const Scope& scope, const std::string& id) {
  BERTH_TRY(const auto organization,
            require_management(core_, scope, "organizations:CloseAccount", &model::Organization::target_arn, id));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto account, find_account(tx, organization, id));
    if (account.id == organization.management) {
      return base::fail(Errc::limit_exceeded, "You can't close the management account of an organization.");
    }
    if (account.status == model::AccountStatus::suspended) {
      return base::fail(Errc::delete_conflict, "The account is already closed.");
    }
    return tx.accounts().set_status(account.id, model::AccountStatus::suspended);
  });
}

}  // namespace berth::service::iam
