// berth account create, berth account list
#include <cstdio>

#include "app/commands.h"
#include "app/offline.h"
#include "json/writer.h"
#include "service/iam/organization.h"

namespace berth::app {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kPage = 100;

Result<service::iam::CreatedAccount> make(const Offline& offline, const Invocation& invocation) {
  const auto name = invocation.flag("--name");
  const auto email = invocation.flag("--email");
  if (!name || !email) {
    return fail(Errc::invalid_parameter, "usage: berth account create --name NAME --email EMAIL [--id 12 DIGITS]");
  }
  service::iam::CreateAccount command{.name = *name, .email = *email, .administrator = true};
  if (const auto id = invocation.flag("--id")) {
    BERTH_TRY(command.id, model::AccountId::parse(*id));
  }
  BERTH_TRY(const auto management, offline.management_account());
  service::iam::AccountService accounts(offline.core(), offline.stores().keys);
  BERTH_TRY(auto made, accounts.create(offline.as(management), command));
  if (made.creation.failure.empty() && made.creation.account && made.administrator) return made;
  return fail(Errc::conflict, "no account was made: " + made.creation.failure);
}

Result<std::vector<model::Account>> all_accounts(const Offline& offline) {
  BERTH_TRY(const auto management, offline.management_account());
  service::iam::AccountService accounts(offline.core(), offline.stores().keys);
  std::vector<model::Account> out;
  for (service::iam::PageRequest page{.after = "", .limit = kPage};;) {
    BERTH_TRY(auto found, accounts.list(offline.as(management), page));
    for (auto& account : found.items) out.push_back(std::move(account));
    if (!found.next) return out;
    page.after = *found.next;
  }
}

std::string_view text_of(model::AccountStatus status) {
  switch (status) {
    case model::AccountStatus::active: return "ACTIVE";
    case model::AccountStatus::suspended: return "SUSPENDED";
  }
  return "";
}

void print(std::initializer_list<std::pair<std::string_view, std::string_view>> members, json::Writer& out) {
  out.begin_object();
  for (const auto& [name, value] : members) {
    out.key(name);
    out.string(value);
  }
  out.end_object();
}

}  // namespace

int account_create(const Invocation& invocation) {
  const auto offline = Offline::open(invocation.config.options);
  if (!offline) return failed(offline.error());
  const auto made = make(**offline, invocation);
  if (!made) return failed(made.error());
  const auto& key = *made->administrator;
  const std::string id = made->creation.account->text();
  if (invocation.json) {
    json::Writer out;
    print({{"accountId", id}, {"accessKeyId", key.id}, {"secretAccessKey", key.secret.reveal()}}, out);
    std::printf("%s\n", out.text().c_str());
    return 0;
  }
  std::printf(
      "Account %s. Its administrator's access key, shown only now:\n\n"
      "  export AWS_ACCESS_KEY_ID=%s\n"
      "  export AWS_SECRET_ACCESS_KEY=%s\n",
      id.c_str(), key.id.c_str(), key.secret.reveal().c_str());
  return 0;
}

int account_list(const Invocation& invocation) {
  const auto offline = Offline::open(invocation.config.options);
  if (!offline) return failed(offline.error());
  const auto accounts = all_accounts(**offline);
  if (!accounts) return failed(accounts.error());
  json::Writer out;
  out.begin_array();
  for (const auto& account : *accounts) {
    if (!invocation.json) {
      std::printf("%s  %-9s  %s  %s\n", account.id.text().c_str(), std::string(text_of(account.status)).c_str(),
                  account.name.c_str(), account.email.c_str());
    }
    print({{"accountId", account.id.text()},
           {"name", account.name},
           {"email", account.email},
           {"status", text_of(account.status)}},
          out);
  }
  out.end_array();
  if (invocation.json) std::printf("%s\n", out.text().c_str());
  return 0;
}

}  // namespace berth::app
