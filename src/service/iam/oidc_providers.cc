#include "service/iam/oidc_providers.h"

#include <algorithm>

#include "service/iam/access.h"
#include "service/iam/provider_url.h"
#include "service/iam/rules.h"
#include "service/request_keys.h"

namespace berth::service::iam {
namespace {

using base::Errc;

constexpr std::size_t kMaxUrl = 255;

base::Result<void> check_client_ids(const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    if (id.empty() || id.size() > 255 || !is_text(id)) {
      return base::fail(Errc::validation, "A client id has 1 to 255 characters, none of them a control.");
    }
  }
  if (std::cmp_greater(ids.size(), kQuotas.client_ids)) {
    return over_quota("ClientIdsPerOpenIdConnectProvider", kQuotas.client_ids);
  }
  return {};
}

base::Result<void> check_thumbprints(const std::vector<std::string>& thumbprints) {
  for (const auto& text : thumbprints) {
    const bool hex = std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
    if (text.size() != 40 || !hex) {
      return base::fail(Errc::validation, "A thumbprint is 40 hexadecimal digits: '" + text.substr(0, 64) + "'");
    }
  }
  if (std::cmp_greater(thumbprints.size(), kQuotas.thumbprints)) {
    return base::fail(Errc::invalid_input, "Thumbprint list must contain fewer than 5 entries.");
  }
  return {};
}

base::Result<model::OidcProvider> find_provider(meta::Tx& tx, const Scope& scope, const std::string& arn) {
  BERTH_TRY(auto found, tx.oidc_providers().find(arn));
  if (found && found->account == scope.caller.account) return *std::move(found);
  return base::fail(Errc::entity_not_found, "OpenIDConnect Provider not found for arn " + arn);
}

}  // namespace

base::Result<model::OidcProvider> OidcProviderService::create(const Scope& scope, const CreateOidcProvider& command) {
  const auto url = command.url.size() <= kMaxUrl ? provider_url(command.url) : std::nullopt;
  const auto resource = "oidc-provider/" + url.value_or("*");
  const auto context = tag_keys(command.tags);
  BERTH_CHECK(require_resource(core_, scope, "iam:CreateOpenIDConnectProvider", resource, context));
  if (!command.tags.empty()) {
    BERTH_CHECK(require_resource(core_, scope, "iam:TagOpenIDConnectProvider", resource, context));
  }
  if (!url) return base::fail(Errc::invalid_input, "Invalid Open ID Connect Provider URL");
  BERTH_CHECK(check_client_ids(command.client_ids));
  BERTH_CHECK(check_thumbprints(command.thumbprints));
  BERTH_CHECK(check_tags(command.tags));
  const model::OidcProvider made{.account = scope.caller.account,
                                 .url = *url,
                                 .client_ids = command.client_ids,
                                 .thumbprints = command.thumbprints,
                                 .created = core_.clock.now(),
                                 .tags = command.tags};
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::OidcProvider> {
    BERTH_TRY(const auto all, tx.oidc_providers().list(scope.caller.account));
    if (std::cmp_greater_equal(all.size(), kQuotas.providers)) {
      return over_quota("OpenIdConnectProvidersPerAccount", kQuotas.providers);
    }
    BERTH_TRY(const bool created, tx.oidc_providers().create(made));
    if (!created) {
      return base::fail(Errc::entity_exists, "Provider with url " + command.url + " already exists.");
    }
    BERTH_CHECK(tx.identity_tags().put(made.arn(), made.tags));
    return made;
  });
}

base::Result<model::OidcProvider> OidcProviderService::get(const Scope& scope, const std::string& arn) {
  BERTH_CHECK(require_provider(core_, scope, "iam:GetOpenIDConnectProvider", arn));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<model::OidcProvider> {
    BERTH_TRY(auto found, find_provider(tx, scope, arn));
    BERTH_TRY(found.tags, tx.identity_tags().list(arn));
    return found;
  });
}

base::Result<std::vector<model::OidcProvider>> OidcProviderService::list(const Scope& scope) {
  BERTH_CHECK(require_resource(core_, scope, "iam:ListOpenIDConnectProviders", "oidc-provider/*"));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) { return tx.oidc_providers().list(scope.caller.account); });
}

base::Result<void> OidcProviderService::remove(const Scope& scope, const std::string& arn) {
  BERTH_CHECK(require_provider(core_, scope, "iam:DeleteOpenIDConnectProvider", arn));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(find_provider(tx, scope, arn));
    BERTH_CHECK(tx.oidc_providers().remove(arn));
    return {};
  });
}

base::Result<void> OidcProviderService::add_client_id(const Scope& scope, const std::string& arn,
                                                      const std::string& client_id) {
  BERTH_CHECK(require_provider(core_, scope, "iam:AddClientIDToOpenIDConnectProvider", arn));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(auto found, find_provider(tx, scope, arn));
    if (std::ranges::find(found.client_ids, client_id) != found.client_ids.end()) return {};
    found.client_ids.push_back(client_id);
    BERTH_CHECK(check_client_ids(found.client_ids));
    return tx.oidc_providers().update(found);
  });
}

base::Result<void> OidcProviderService::remove_client_id(const Scope& scope, const std::string& arn,
                                                         const std::string& client_id) {
  BERTH_CHECK(require_provider(core_, scope, "iam:RemoveClientIDFromOpenIDConnectProvider", arn));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(auto found, find_provider(tx, scope, arn));
    std::erase(found.client_ids, client_id);
    return tx.oidc_providers().update(found);
  });
}

base::Result<void> OidcProviderService::set_thumbprints(const Scope& scope, const std::string& arn,
                                                        const std::vector<std::string>& thumbprints) {
  BERTH_CHECK(require_provider(core_, scope, "iam:UpdateOpenIDConnectProviderThumbprint", arn));
  BERTH_CHECK(check_thumbprints(thumbprints));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(auto found, find_provider(tx, scope, arn));
    found.thumbprints = thumbprints;
    return tx.oidc_providers().update(found);
  });
}

}  // namespace berth::service::iam
