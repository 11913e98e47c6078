// berth init: the data folder, the first account, its administrator's access key.
//
// It may be killed anywhere and run again: what is there is kept, and only an account in metadata means "done".
#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/offline.h"
#include "json/writer.h"
#include "service/iam/organization.h"

namespace berth::app {
namespace {

struct Made {
  std::string account;
  std::string region;
  service::iam::AdministratorKey key;
};

base::Result<auth::KeyRing> make_keys(const std::string& data, crypto::Random& random) {
  std::error_code error;
  std::filesystem::create_directories(data, error);
  if (!error) std::filesystem::permissions(data, std::filesystem::perms::owner_all, error);
  if (error) return base::fail(base::Errc::unavailable, "cannot make the folder " + data + ": " + error.message());
  auto keys = auth::KeyRing::create(data, random);
  if (!keys && keys.error().code == base::Errc::conflict) return auth::KeyRing::load(data);
  return keys;
}

base::Result<Made> make(const config::Options& options) {
  crypto::SystemRandom random;
  BERTH_TRY(const auto account, model::AccountId::parse(options.registry.account));
  BERTH_TRY(auto keys, make_keys(options.data, random));
  BERTH_TRY(const auto offline, Offline::open(options, std::move(keys)));
  service::iam::AccountService accounts(offline->core(), offline->stores().keys);
  auto made = accounts.create_first(offline->as(account), {.name = "account " + account.text(),
                                                           .email = account.text() + "@berth.invalid",
                                                           .id = account,
                                                           .administrator = true});
  if (!made && made.error().code == base::Errc::conflict) {
    return base::fail(base::Errc::conflict, "there is an account already; `berth init` is for a new data folder");
  }
  if (!made) return base::propagate(made);
  return Made{.account = account.text(), .region = options.registry.region, .key = *std::move(made->administrator)};
}

}  // namespace

int init(const Invocation& invocation) {
  const auto& options = invocation.config.options;
  const auto made = make(options);
  if (!made) return failed(made.error());
  if (invocation.json) {
    json::Writer out;
    out.begin_object();
    for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>{"accountId", made->account},
                                      {"region", made->region},
                                      {"accessKeyId", made->key.id},
                                      {"secretAccessKey", made->key.secret.reveal()}}) {
      out.key(name);
      out.string(value);
    }
    out.end_object();
    std::printf("%s\n", out.text().c_str());
    return 0;
  }
  std::printf(
      "Account %s in %s. Its administrator's access key, shown only now:\n\n"
      "  export AWS_ACCESS_KEY_ID=%s\n"
      "  export AWS_SECRET_ACCESS_KEY=%s\n"
      "  export AWS_DEFAULT_REGION=%s\n\n"
      "Next: berth serve --data %s\n",
      made->account.c_str(), options.data.c_str(), made->key.id.c_str(), made->key.secret.reveal().c_str(),
      made->region.c_str(), options.data.c_str());
  return 0;
}

}  // namespace berth::app
