#include "auth/fact_cache.h"

#include <utility>

#include "policy/managed.h"

namespace berth::auth {
namespace {

using policy::Attached;

// Reads one thing of a transaction, its policies parsed.
class Reader {
 public:
  Reader(meta::Tx& tx, DocumentCache& documents) : tx_(tx), documents_(documents) {}

  base::Result<Attached> attached(std::string name, std::string_view text, policy::Kind kind) const {
    BERTH_TRY(auto document, documents_.find(name, text, kind));
    return Attached{.document = std::move(document), .name = std::move(name)};
  }

  // A session policy or boundary that is gone allows nothing.
  base::Result<Attached> bound(const meta::PolicyText& text) const {
    constexpr std::string_view kNothing =
        R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})";
    BERTH_TRY(auto found, identity(text));
    if (found) return *std::move(found);
    return attached(text.name, kNothing, policy::Kind::identity);
  }

  base::Result<std::shared_ptr<const PrincipalView>> principal(const std::string& id) const;
  base::Result<std::shared_ptr<const AccountView>> account(const model::AccountId& id) const;
  base::Result<std::shared_ptr<const RegistryView>> registry(const model::RegistryRef& ref) const;
  base::Result<std::shared_ptr<const RepositoryView>> repository(const model::RepositoryRef& ref) const;

 private:
  // nullopt: a managed policy that is gone.
  base::Result<std::optional<Attached>> identity(const meta::PolicyText& text) const {
    if (text.document) {
      BERTH_TRY(auto made, attached(text.name, *text.document, policy::Kind::identity));
      return made;
    }
    const auto* const managed = policy::find_managed(text.name);
    if (managed == nullptr) return std::nullopt;
    BERTH_TRY(auto made, attached(text.name, managed->document, policy::Kind::identity));
    return made;
  }

  meta::Tx& tx_;
  DocumentCache& documents_;
};

base::Result<std::shared_ptr<const PrincipalView>> Reader::principal(const std::string& id) const {
  BERTH_TRY(auto facts, tx_.authorization().principal_facts(id));
  if (!facts) return nullptr;
  auto view = std::make_shared<PrincipalView>(PrincipalView{.entity = std::move(facts->entity),
                                                            .arn = {},
                                                            .account_active = facts->account_active,
                                                            .identity = {},
                                                            .boundary = {},
                                                            .access_keys = std::move(facts->access_keys)});
  view->arn = view->entity.arn();
  for (const auto& text : facts->policies) {
    BERTH_TRY(auto policy, identity(text));
    if (policy) view->identity.push_back(*std::move(policy));
  }
  if (facts->boundary) {
    BERTH_TRY(view->boundary, bound(*facts->boundary));
  }
  return view;
}

base::Result<std::shared_ptr<const AccountView>> Reader::account(const model::AccountId& id) const {
  BERTH_TRY(auto facts, tx_.authorization().service_control(id));
  auto view = std::make_shared<AccountView>();
  view->active = facts.active;
  if (facts.organization && facts.active) {
    view->organization = facts.organization->id;
    view->organization_path = facts.organization->id + "/" + facts.organization->root + "/";
  }
  for (const auto& level : facts.service_control) {
    auto& policies = view->service_control.emplace_back();
    for (const auto& each : level) {
      BERTH_TRY(auto policy, attached(each.id, each.document, policy::Kind::service_control));
      policies.push_back(std::move(policy));
    }
  }
  return view;
}

base::Result<std::shared_ptr<const RegistryView>> Reader::registry(const model::RegistryRef& ref) const {
  BERTH_TRY(const auto facts, tx_.authorization().resource_facts(ref));
  auto view = std::make_shared<RegistryView>();
  if (facts.policy) {
    BERTH_TRY(view->policy, attached("registry policy", *facts.policy, policy::Kind::registry));
  }
  const auto scope = facts.settings.find(std::string(model::kRegistryPolicyScope.name));
  view->enforces_all_actions = scope == facts.settings.end() || scope->second == model::kRegistryPolicyScope.standard();
  return view;
}

base::Result<std::shared_ptr<const RepositoryView>> Reader::repository(const model::RepositoryRef& ref) const {
  BERTH_TRY(auto facts, tx_.authorization().resource_facts(ref));
  auto view = std::make_shared<RepositoryView>();
  view->tags = std::move(facts.tags);
  if (facts.policy) {
    BERTH_TRY(view->policy,
              attached("repository policy", *facts.policy,
                       ref.registry.is_public() ? policy::Kind::public_repository : policy::Kind::repository));
  }
  return view;
}

}  // namespace

template <class T, class Read>
base::Result<T> FactCache::look_up(std::int64_t version, std::map<std::string, T, std::less<>> Tables::* table,
                                   const std::string& key, Read read) {
  {
    const std::lock_guard lock(mutex_);
    if (tables_.version == version) {
      const auto found = (tables_.*table).find(key);
      if (found != (tables_.*table).end()) return found->second;
    }
  }
  BERTH_TRY(auto value, read());
  const std::lock_guard lock(mutex_);
  // Another node, or another thread, may be ahead: only what is at least as new is kept.
  if (version > tables_.version) tables_ = Tables{.version = version};
  if (version == tables_.version) {
    auto& entries = tables_.*table;
    if (entries.size() >= max_entries_) entries.clear();
    entries.insert_or_assign(key, value);
  }
  return value;
}

base::Result<Facts> FactCache::find(const Subject& subject, const base::Deadline& deadline) {
  return store_.read(deadline, [&](meta::Tx& tx) { return read(tx, subject); });
}

base::Result<Facts> FactCache::read(meta::Tx& tx, const Subject& subject) {
  Facts facts;
  BERTH_TRY(facts.version, tx.authorization().version());
  const auto version = facts.version;
  const Reader from(tx, documents_);
  const auto& caller = subject.caller;
  const auto account = [&](const model::AccountId& id) {
    return look_up(version, &Tables::accounts, id.text(), [&] { return from.account(id); });
  };
  if (!caller.entity_id.empty()) {
    BERTH_TRY(facts.principal, look_up(version, &Tables::principals, caller.entity_id,
                                       [&] { return from.principal(caller.entity_id); }));
  }
  BERTH_TRY(facts.caller_account, account(caller.account));
  if (caller.session) {
    BERTH_TRY(facts.session, session(tx, version, *caller.session));
  }
  if (subject.owner) {
    BERTH_TRY(facts.resource_account, account(*subject.owner));
  }
  if (!subject.registry) return facts;
  const auto& registry = *subject.registry;
  auto key = registry.account.text() + "/" + registry.region.text();
  BERTH_TRY(facts.registry, look_up(version, &Tables::registries, key, [&] { return from.registry(registry); }));
  if (!subject.repository) return facts;
  const model::RepositoryRef repository{registry, *subject.repository};
  key += "/" + repository.name.text();
  BERTH_TRY(facts.repository,
            look_up(version, &Tables::repositories, key, [&] { return from.repository(repository); }));
  return facts;
}

base::Result<std::vector<Attached>> FactCache::session(meta::Tx& tx, std::int64_t version, const Session& session) {
  const Reader from(tx, documents_);
  std::vector<Attached> policies;
  for (const auto& text : session.policies) {
    BERTH_TRY(auto policy, from.attached("session policy", text, policy::Kind::identity));
    policies.push_back(std::move(policy));
  }
  for (const auto& arn : session.policy_arns) {
    BERTH_TRY(auto policy, look_up(version, &Tables::managed, arn, [&]() -> base::Result<Attached> {
                BERTH_TRY(auto document, tx.authorization().managed_document(arn));
                return from.bound({.name = arn, .document = std::move(document), .managed = true});
              }));
    policies.push_back(std::move(policy));
  }
  return policies;
}

}  // namespace berth::auth
