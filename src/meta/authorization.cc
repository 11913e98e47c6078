#include "meta/authorization.h"

#include "meta/identities.h"
#include "meta/organizations.h"
#include "meta/policies.h"
#include "meta/rows.h"

namespace berth::meta {
namespace {

// An entity and its groups.
#define BERTH_HOLDERS                                               \
  "(SELECT e.id, e.name FROM entities e WHERE e.id = $1 UNION ALL " \
  "SELECT g.id, g.name FROM memberships m JOIN entities g ON g.id = m.group_id WHERE m.user_id = $1) h "

// Columns holder's id, holder's name, policy, document.
PolicyText policy_from(const sql::Row& row, const std::string& entity, bool managed) {
  return {.name = row.text(2),
          .document = row.maybe_text(3),
          .managed = managed,
          .group = row.text(0) == entity ? std::string() : row.text(1)};
}

}  // namespace

base::Result<std::int64_t> Authorization::version() {
  BERTH_TRY(const auto rows, tx_.query("SELECT version FROM authorization_version WHERE id = 1"));
  if (rows.empty()) return base::fail(base::Errc::corrupt, "metadata holds no authorization version");
  return rows.front().integer(0);
}

base::Result<void> Authorization::bump() {
  BERTH_CHECK(tx_.exec("UPDATE authorization_version SET version = version + 1 WHERE id = 1"));
  return {};
}

base::Result<std::optional<PrincipalFacts>> Authorization::principal_facts(const std::string& id) {
  BERTH_TRY(auto found, Identities(tx_).find(id));
  if (!found) return std::nullopt;
  PrincipalFacts facts{.entity = *std::move(found), .policies = {}, .boundary = {}, .access_keys = {}};
  BERTH_TRY(facts.entity.tags, IdentityTags(tx_).list(id));
  BERTH_TRY(const auto account, tx_.query("SELECT status FROM accounts WHERE id = $1", {facts.entity.account.text()}));
  facts.account_active = !account.empty() && account.front().text(0) == "active";

  BERTH_TRY(const auto inlined, tx_.query("SELECT h.id, h.name, i.name, i.document FROM " BERTH_HOLDERS
                                          "JOIN inline_policies i ON i.entity = h.id ORDER BY h.name, i.name",
                                          {id}));
  for (const auto& row : inlined) facts.policies.push_back(policy_from(row, id, false));
  BERTH_TRY(const auto attached,
            tx_.query("SELECT h.id, h.name, a.arn, v.document FROM " BERTH_HOLDERS
                      "JOIN attachments a ON a.entity = h.id LEFT JOIN managed_policies p ON p.arn = a.arn "
                      "LEFT JOIN policy_versions v ON v.policy = p.id AND v.number = p.default_version "
                      "ORDER BY h.name, a.arn",
                      {id}));
  for (const auto& row : attached) facts.policies.push_back(policy_from(row, id, true));
  if (const auto& boundary = facts.entity.boundary) {
    facts.boundary = {.name = *boundary, .document = {}, .managed = true};
    BERTH_TRY(facts.boundary->document, managed_document(*boundary));
  }

  BERTH_TRY(const auto keys, tx_.query("SELECT id, active FROM access_keys WHERE entity = $1", {id}));
  for (const auto& row : keys) facts.access_keys.emplace(row.text(0), row.integer(1) != 0);
  return facts;
}

base::Result<RepositoryFacts> Authorization::resource_facts(const model::RepositoryRef& ref) {
  RepositoryFacts facts;
  BERTH_TRY(facts.registry, resource_facts(ref.registry));
  BERTH_TRY(const auto rows, tx_.query("SELECT r.id, p.document FROM repositories r LEFT JOIN repository_policies p "
                                       "ON p.repository = r.id WHERE r.account = $1 AND r.region = $2 AND r.name = $3",
                                       {ref.registry.account.text(), ref.registry.region.text(), ref.name.text()}));
  if (rows.empty()) return facts;
  facts.exists = true;
  facts.policy = rows.front().maybe_text(1);
  BERTH_TRY(const auto tags, tx_.query("SELECT key, value FROM repository_tags WHERE repository = $1 ORDER BY key",
                                       {rows.front().text(0)}));
  for (const auto& row : tags) facts.tags.push_back({.key = row.text(0), .value = row.text(1)});
  return facts;
}

base::Result<RegistryFacts> Authorization::resource_facts(const model::RegistryRef& registry) {
  RegistryFacts facts;
  BERTH_TRY(facts.policy, Policies(tx_).find(registry));
  BERTH_TRY(facts.settings, Policies(tx_).settings(registry));
  return facts;
}

base::Result<AccountFacts> Authorization::service_control(const model::AccountId& account) {
  AccountFacts facts;
  BERTH_TRY(const auto status, tx_.query("SELECT status FROM accounts WHERE id = $1", {account.text()}));
  facts.active = !status.empty() && status.front().text(0) == "active";
  Organizations organizations(tx_);
  BERTH_TRY(facts.organization, organizations.find());
  if (status.empty() || !facts.organization || facts.organization->management == account) return facts;
  for (const auto& target : {facts.organization->root, account.text()}) {
    BERTH_TRY(auto level, organizations.policies_of(target));
    facts.service_control.push_back(std::move(level));
  }
  return facts;
}

base::Result<std::optional<std::string>> Authorization::managed_document(const std::string& arn) {
  BERTH_TRY(const auto rows, tx_.query("SELECT v.document FROM managed_policies p JOIN policy_versions v "
                                       "ON v.policy = p.id AND v.number = p.default_version WHERE p.arn = $1",
                                       {arn}));
  return only(rows, first_text);
}

}  // namespace berth::meta
