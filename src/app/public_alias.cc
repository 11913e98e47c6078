// berth public alias
#include <cstdio>

#include "app/commands.h"
#include "app/offline.h"
#include "json/writer.h"
#include "service/public_registry_service.h"

namespace berth::app {
namespace {

using base::Result;
using Aliases = std::vector<model::RegistryAlias>;

Result<Aliases> run(const Offline& offline, const Invocation& invocation) {
  const auto& options = invocation.config.options;
  BERTH_TRY(const auto account,
            model::AccountId::parse(invocation.flag("--account").value_or(options.registry.account)));
  BERTH_TRY(const auto known, offline.core().store.read({}, [&](meta::Tx& tx) { return tx.accounts().find(account); }));
  if (!known) return base::fail(base::Errc::entity_not_found, "there is no account " + account.text());
  service::PublicRegistryService registries(offline.core());
  const auto scope = offline.as(account);
  if (const auto name = invocation.flag("--add")) {
    BERTH_TRY(const auto alias, model::AliasName::parse(*name));
    BERTH_CHECK(registries.put_alias(scope, alias));
  }
  if (const auto name = invocation.flag("--remove")) {
    BERTH_TRY(const auto alias, model::AliasName::parse(*name));
    BERTH_CHECK(registries.remove_alias(scope, alias));
  }
  return registries.aliases(scope);
}

void print_json(const Aliases& aliases) {
  json::Writer out;
  out.begin_array();
  for (const auto& alias : aliases) {
    out.begin_object();
    out.key("name");
    out.string(alias.name.text());
    out.key("primary");
    out.boolean(alias.primary);
    out.key("default");
    out.boolean(alias.is_default);
    out.end_object();
  }
  out.end_array();
  std::printf("%s\n", out.text().c_str());
}

}  // namespace

int public_alias(const Invocation& invocation) {
  const auto offline = Offline::open(invocation.config.options);
  if (!offline) return failed(offline.error());
  const auto aliases = run(**offline, invocation);
  if (!aliases) return failed(aliases.error());
  if (invocation.json) {
    print_json(*aliases);
    return 0;
  }
  for (const auto& alias : *aliases) {
    std::printf("%-32s%s%s\n", alias.name.text().c_str(), alias.primary ? " primary" : "",
                alias.is_default ? " default" : "");
  }
  return 0;
}

}  // namespace berth::app
