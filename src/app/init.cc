// berth init: the data folder, the first account, its administrator's access key.
//
// It may be killed anywhere and run again: what is there is kept, and only an account in metadata means "done".
#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/stores.h"
#include "auth/access_key.h"
#include "crypto/random.h"
#include "json/writer.h"

namespace berth::app {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789";

struct Made {
  std::string account;
  std::string region;
  auth::NewAccessKey key;
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
  const base::SystemClock clock;
  BERTH_TRY(const auto account, model::AccountId::parse(options.registry.account));
  BERTH_TRY(auto keys, make_keys(options.data, random));
  BERTH_TRY(const auto stores, open_stores(options, std::move(keys)));

  auto key = auth::make_access_key(random);
  const auto now = clock.now();
  const model::Entity administrator{.id = "AIDA" + crypto::random_text(random, 17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
                                    .account = account,
                                    .kind = model::EntityKind::user,
                                    .name = "administrator",
                                    .created = now};
  const meta::AccessKey row{.info = {.id = key.id, .user = administrator.name, .created = now},
                            .sealed_secret = auth::seal_secret(stores.keys, key.id, key.secret, random)};
  const model::Organization organization{.id = "o-" + crypto::random_text(random, 10, kLower),
                                         .root = "r-" + crypto::random_text(random, 4, kLower),
                                         .management = account,
                                         .created = now};
  BERTH_CHECK(stores.meta->write({}, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const bool done, tx.accounts().any());
    if (done) {
      return base::fail(base::Errc::conflict, "there is an account already; `berth init` is for a new data folder");
    }
    BERTH_CHECK(tx.accounts().create({.id = account,
                                      .name = "account " + account.text(),
                                      .email = account.text() + "@berth.invalid",
                                      .joined = now}));
    BERTH_CHECK(tx.organizations().create(organization));
    for (const auto& target : {organization.root, account.text()}) {
      BERTH_CHECK(tx.organizations().attach(std::string(model::kFullAwsAccess), target));
    }
    BERTH_CHECK(tx.identities().create(administrator));
    BERTH_CHECK(
        tx.entity_policies().attach(administrator.id, std::string(model::kAwsPolicyPrefix) + "AdministratorAccess"));
    return tx.access_keys().put(administrator.id, row);
  }));
  return Made{.account = account.text(), .region = options.registry.region, .key = std::move(key)};
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
