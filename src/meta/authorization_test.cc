// What decisions depend on: organization, accounts, resource policies, and the facts read from all of it.
#include "meta/authorization.h"

#include <algorithm>

#include "meta/identities_test_support.h"
#include "meta/schema.h"

namespace berth::meta {
namespace {

using AuthorizationTest = IdentitiesTest;
using MigrationTest = EngineTest;
using model::EntityKind;
BERTH_ON_EVERY_ENGINE(AuthorizationTest);
BERTH_ON_EVERY_ENGINE(MigrationTest);

TEST_P(AuthorizationTest, KeepsAccounts) {
  const auto third = registry("111111111111").account;
  EXPECT_FALSE(*write([&](Tx& tx) {
    return tx.accounts().create({.id = account, .name = "again", .email = "new@x.y", .joined = at(1)});
  }));
  EXPECT_FALSE(*write([&](Tx& tx) {
    return tx.accounts().create({.id = third, .name = "n", .email = account.text() + "@x.y", .joined = at(1)});
  }));
  EXPECT_TRUE(*write([&](Tx& tx) {
    return tx.accounts().create({.id = third, .name = "Third", .email = "third@x.y", .joined = at(7)});
  }));
  const auto found = *read([&](Tx& tx) { return tx.accounts().find_by_email("third@x.y"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, third);
  EXPECT_EQ(found->name, "Third");
  EXPECT_EQ(found->status, model::AccountStatus::active);
  EXPECT_EQ(found->joined, at(7));
  const auto page = *read([&](Tx& tx) { return tx.accounts().list("111111111111", 1); });
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page.front().id, account);
  EXPECT_TRUE(*read([&](Tx& tx) { return tx.accounts().any(); }));

  EXPECT_TRUE(*write([&](Tx& tx) { return tx.accounts().set_alias(account, "acme"); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.accounts().set_alias(third, "acme"); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.accounts().set_alias(account, "acme"); }));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.accounts().alias(account); }), "acme");
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.accounts().set_alias(account, std::nullopt); }));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.accounts().alias(account); }), std::nullopt);

  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.accounts().put_creation(
        {.id = "car-1", .account = third, .name = "Third", .failure = {}, .requested = at(7)}));
    return tx.accounts().put_creation(
        {.id = "car-2", .account = {}, .name = "x", .failure = "EMAIL_ALREADY_EXISTS", .requested = at(8)});
  })));
  EXPECT_EQ((*read([&](Tx& tx) { return tx.accounts().find_creation("car-1"); }))->account, third);
  const auto failed = *read([&](Tx& tx) { return tx.accounts().creations("car-1", 9); });
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed.front().account, std::nullopt);
  EXPECT_EQ(failed.front().failure, "EMAIL_ALREADY_EXISTS");
}

TEST_P(AuthorizationTest, KeepsServiceControlPolicies) {
  const model::ServiceControlPolicy deny{.id = "p-12345678", .name = "deny", .description = "d", .document = "{}"};
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.organizations().create_policy(deny); }));
  auto again = deny;
  again.id = "p-87654321";
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.organizations().create_policy(again); }));
  again.name = "FullAWSAccess";
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.organizations().create_policy(again); }));
  auto changed = deny;
  changed.name = "FullAWSAccess";
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.organizations().update_policy(changed); }));
  changed.name = "other";
  changed.document = "{ }";
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.organizations().update_policy(changed); }));
  EXPECT_EQ((*read([&](Tx& tx) { return tx.organizations().find_policy(deny.id); }))->document, "{ }");
  const auto full = *read([&](Tx& tx) { return tx.organizations().find_policy("p-FullAWSAccess"); });
  ASSERT_TRUE(full);
  EXPECT_TRUE(full->aws_managed);
  EXPECT_EQ(full->document, model::kFullAwsAccessDocument);
  EXPECT_EQ(read([&](Tx& tx) { return tx.organizations().policies("", 9); })->size(), 2u);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.organizations().count_policies(); }), 2);

  EXPECT_TRUE(*write([&](Tx& tx) { return tx.organizations().attach(deny.id, account.text()); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.organizations().attach(deny.id, account.text()); }));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.organizations().targets_of(deny.id, "", 9); }),
            std::vector<std::string>{account.text()});
  EXPECT_EQ(read([&](Tx& tx) { return tx.organizations().policies_of(account.text()); })->front().id, deny.id);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.organizations().detach(deny.id, account.text()); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.organizations().detach(deny.id, account.text()); }));
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.organizations().remove_policy(deny.id); })));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.organizations().find_policy(deny.id); }));
}

TEST_P(AuthorizationTest, TellsWhichServiceControlPoliciesBoundAnAccount) {
  EXPECT_FALSE(read([&](Tx& tx) { return tx.authorization().service_control(other); })->organization);
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(
        tx.organizations().create({.id = "o-1234567890", .root = "r-1234", .management = account, .created = at(1)}));
    for (const auto* target : {"r-1234", "123456789012", "999999999999"}) {
      BERTH_CHECK(tx.organizations().attach("p-FullAWSAccess", target));
    }
    BERTH_CHECK(tx.organizations().create_policy({.id = "p-1", .name = "n", .description = {}, .document = "{}"}));
    BERTH_CHECK(tx.organizations().attach("p-1", "999999999999"));
    return {};
  })));
  const auto member = *read([&](Tx& tx) { return tx.authorization().service_control(other); });
  EXPECT_TRUE(member.active);
  EXPECT_EQ(member.organization->id, "o-1234567890");
  ASSERT_EQ(member.service_control.size(), 2u);
  EXPECT_EQ(member.service_control[0].size(), 1u);
  ASSERT_EQ(member.service_control[1].size(), 2u);
  EXPECT_EQ(member.service_control[1][0].id, "p-1");
  const auto management = *read([&](Tx& tx) { return tx.authorization().service_control(account); });
  EXPECT_TRUE(management.active);
  EXPECT_TRUE(management.service_control.empty());
  const auto nobody =
      *read([&](Tx& tx) { return tx.authorization().service_control(registry("555555555555").account); });
  EXPECT_FALSE(nobody.active);
}

TEST_P(AuthorizationTest, KeepsResourcePoliciesAndSettings) {
  const auto repo = make("team/app");
  const auto ref = repository("team/app").ref;
  EXPECT_EQ(*read([&](Tx& tx) { return tx.policies().find(repo); }), std::nullopt);
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.policies().put(repo, "one"); }));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.policies().put(repo, "two"); }));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.policies().put(registry(), "registry"); }));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.policies().put_setting(registry(), "BLOB_MOUNTING", "ENABLED"); }));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.policies().put_setting(registry(), "BLOB_MOUNTING", "DISABLED"); }));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.repositories().put_tag(repo, {"k", "v"}); }));

  auto facts = *read([&](Tx& tx) { return tx.authorization().resource_facts(ref); });
  EXPECT_TRUE(facts.exists);
  EXPECT_EQ(facts.policy, "two");
  EXPECT_EQ(facts.tags, (std::vector<model::ResourceTag>{{"k", "v"}}));
  EXPECT_EQ(facts.registry.policy, "registry");
  EXPECT_EQ(facts.registry.settings, (std::map<std::string, std::string>{{"BLOB_MOUNTING", "DISABLED"}}));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.policies().find_setting(registry(), "BLOB_MOUNTING"); }), "DISABLED");
  const auto elsewhere =
      *read([&](Tx& tx) { return tx.authorization().resource_facts(registry("123456789012", "eu-west-1")); });
  EXPECT_FALSE(elsewhere.policy);
  EXPECT_TRUE(elsewhere.settings.empty());

  EXPECT_TRUE(moves([&](Tx& tx) { return tx.repositories().remove_tag(repo, "k"); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.policies().remove(registry()); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.policies().remove(registry()); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.policies().remove(repo); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.policies().remove(repo); }));
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.policies().put(repo, "three"); })));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.repositories().remove(repo); }));
  EXPECT_TRUE(write([&](Tx& tx) { return tx.repository_remains().remove(repo, 10); })->last);
  make("team/app");  // with the same id, so that what was left behind would be seen
  facts = *read([&](Tx& tx) { return tx.authorization().resource_facts(ref); });
  EXPECT_TRUE(facts.exists);
  EXPECT_FALSE(facts.policy);
  EXPECT_FALSE(read([&](Tx& tx) { return tx.authorization().resource_facts(repository("no/where").ref); })->exists);
}

TEST_P(AuthorizationTest, TellsWhatAPrincipalMay) {
  const model::ManagedPolicy push{
      .id = "ANPA1", .account = account, .name = "push", .created = at(1), .updated = at(1)};
  auto made = entity("alice");
  made.boundary = push.arn();
  const auto alice = add(made);
  const auto dev = add(entity("dev", EntityKind::group));
  const auto ops = add(entity("ops", EntityKind::group));
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.managed_policies().create(push, "push v1"));
    BERTH_CHECK(tx.managed_policies().add_version("ANPA1", "push v2", at(2)));
    BERTH_CHECK(tx.identities().join(dev, alice));
    BERTH_CHECK(tx.entity_policies().put_inline(alice, {"own", "own doc"}));
    BERTH_CHECK(tx.entity_policies().attach(alice, "arn:aws:iam::aws:policy/X"));
    BERTH_CHECK(tx.entity_policies().attach(dev, push.arn()));
    BERTH_CHECK(tx.entity_policies().put_inline(dev, {"group's", "group doc"}));
    BERTH_CHECK(tx.entity_policies().put_inline(ops, {"no", "no"}));
    BERTH_CHECK(tx.identity_tags().put(alice, {{"team", "red"}}));
    for (const auto* id : {"AKIA1", "AKIA2"}) {
      BERTH_CHECK(
          tx.access_keys().put(alice, {.info = {.id = id, .user = "alice", .created = at(1)}, .sealed_secret = "s"}));
    }
    return tx.access_keys().set_active("AKIA2", false);
  })));
  const auto facts = *read([&](Tx& tx) { return tx.authorization().principal_facts(alice); });
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->entity.name, "alice");
  EXPECT_EQ(facts->entity.tags, (std::vector<model::ResourceTag>{{"team", "red"}}));
  EXPECT_TRUE(facts->account_active);
  ASSERT_TRUE(facts->boundary);
  EXPECT_EQ(facts->boundary->name, push.arn());
  EXPECT_EQ(facts->boundary->document, "push v1");
  EXPECT_EQ(facts->access_keys, (std::map<std::string, bool>{{"AKIA1", true}, {"AKIA2", false}}));
  std::vector<std::string> policies;
  for (const auto& policy : facts->policies) {
    policies.push_back(policy.group + "|" + policy.name + "|" + policy.document.value_or("-") +
                       (policy.managed ? "|managed" : ""));
  }
  std::ranges::sort(policies);
  EXPECT_EQ(policies, (std::vector<std::string>{"dev|arn:aws:iam::123456789012:policy/push|push v1|managed",
                                                "dev|group's|group doc", "|arn:aws:iam::aws:policy/X|-|managed",
                                                "|own|own doc"}));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.authorization().principal_facts("AIDANOBODY"); }));
}

TEST_P(MigrationTest, MakesAnIamUserOfTheAdministratorOfVersionOne) {
  ASSERT_TRUE(ok(sql::migrate(*database_, migrations().first(1))));
  ASSERT_TRUE(ok(database_->write({}, [](sql::Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.exec("INSERT INTO accounts (id, created_at) VALUES ('123456789012', 5), ('210987654321', 6)"));
    BERTH_CHECK(
        tx.exec("INSERT INTO access_keys (id, account, user_arn, user_id, sealed_secret, created_at) VALUES "
                "('AKIA1', '123456789012', 'arn:aws:iam::123456789012:user/administrator', 'AIDA1', $1, 7)",
                {sql::Blob{"sealed"}}));
    return {};
  })));
  Store store(*database_);
  ASSERT_TRUE(ok(store.migrate()));
  ASSERT_TRUE(ok(store.migrate()));
  const auto key = store.read({}, [](Tx& tx) { return tx.access_keys().find("AKIA1"); });
  ASSERT_TRUE(ok(key) && *key);
  EXPECT_EQ((*key)->key.sealed_secret, "sealed");
  EXPECT_TRUE((*key)->key.info.active);
  EXPECT_EQ((*key)->owner.id, "AIDA1");
  EXPECT_EQ((*key)->owner.arn(), "arn:aws:iam::123456789012:user/administrator");
  const auto facts = store.read({}, [](Tx& tx) { return tx.authorization().principal_facts("AIDA1"); });
  ASSERT_TRUE(ok(facts) && *facts);
  ASSERT_EQ((*facts)->policies.size(), 1u);
  EXPECT_EQ((*facts)->policies.front().name, "arn:aws:iam::aws:policy/AdministratorAccess");
  const auto organization = store.read({}, [](Tx& tx) { return tx.organizations().find(); });
  ASSERT_TRUE(ok(organization) && *organization);
  EXPECT_EQ((*organization)->management.text(), "123456789012");
  EXPECT_EQ((*organization)->id, "o-123456789012");
  EXPECT_EQ((*organization)->root, "r-9012");
  for (const auto* target : {"r-9012", "123456789012", "210987654321"}) {
    EXPECT_EQ(store.read({}, [&](Tx& tx) { return tx.organizations().policies_of(target); })->size(), 1u) << target;
  }
}

}  // namespace
}  // namespace berth::meta
