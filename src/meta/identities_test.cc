// Users, roles, groups and what hangs on them, on each engine.
#include "meta/identities_test_support.h"

namespace berth::meta {
namespace {

using model::EntityKind;
BERTH_ON_EVERY_ENGINE(IdentitiesTest);

TEST_P(IdentitiesTest, TakesANameOnceWhateverItsCase) {
  add(entity("Alice"));
  auto again = entity("aLICE");
  again.id = "another";
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.identities().create(again); }));
  add(entity("Alice", EntityKind::role));
  add(entity("Alice", EntityKind::group));
  add(entity("Alice", EntityKind::user, other));
  const auto found = read([&](Tx& tx) { return tx.identities().find(account, EntityKind::user, "ALICE"); });
  ASSERT_TRUE(ok(found) && *found);
  EXPECT_EQ((*found)->name, "Alice");
  EXPECT_EQ((*found)->arn(), "arn:aws:iam::123456789012:user/Alice");
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.identities().find(account, EntityKind::user, "Alic"); }));
}

TEST_P(IdentitiesTest, GivesBackARole) {
  auto role = entity("deploy", EntityKind::role);
  role.path = "/ci/prod/";
  role.boundary = "arn:aws:iam::123456789012:policy/limit";
  role.trust_policy = R"({"Version":"2012-10-17"})";
  role.description = "";
  role.max_session_seconds = 7200;
  role.service = "replication.ecr.amazonaws.com";
  add(role);
  auto found = *read([&](Tx& tx) { return tx.identities().find(role.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->arn(), "arn:aws:iam::123456789012:role/ci/prod/deploy");
  EXPECT_EQ(found->created, role.created);
  EXPECT_EQ(found->boundary, role.boundary);
  EXPECT_EQ(found->trust_policy, role.trust_policy);
  EXPECT_EQ(found->description, role.description);
  EXPECT_EQ(found->max_session_seconds, 7200);
  EXPECT_EQ(found->service, role.service);
  EXPECT_FALSE(found->last_use);

  EXPECT_FALSE(moves([&](Tx& tx) { return tx.identities().mark_used(role.id, {at(70), "", "eu-west-1"}); }));
  EXPECT_FALSE(moves([&](Tx& tx) { return tx.identities().mark_used(role.id, {at(60), "", "us-east-1"}); }));
  found = *read([&](Tx& tx) { return tx.identities().find(role.id); });
  EXPECT_EQ(found->last_use, (model::LastUse{at(70), "", "eu-west-1"}));
}

TEST_P(IdentitiesTest, ChangesAnEntity) {
  add(entity("bob"));
  auto alice = entity("alice");
  add(alice);
  alice.name = "BOB";
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.identities().update(alice); }));
  alice.name = "ALICE";
  alice.path = "/ops/";
  alice.boundary = "arn";
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.identities().update(alice); }));
  const auto found = *read([&](Tx& tx) { return tx.identities().find(account, EntityKind::user, "alice"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "ALICE");
  EXPECT_EQ(found->path, "/ops/");
  EXPECT_EQ(found->boundary, "arn");
}

TEST_P(IdentitiesTest, ListsByKindAndNameBelowAPath) {
  std::vector<std::string> all;
  for (const auto kind : {EntityKind::group, EntityKind::role, EntityKind::user}) {
    for (const auto* name : {"a", "B", "c", "D"}) {
      auto made = entity(name, kind);
      made.path = made.name < "a" ? "/upper/case/" : "/";
      add(made);
      all.emplace_back(std::string(model::name(kind)) + name);
    }
  }
  add(entity("z", EntityKind::user, other));
  for (const std::size_t size : {1u, 5u, 50u}) {
    std::vector<std::string> seen;
    EntityPage page{.kind = {}, .after = {}, .limit = size};
    for (;;) {
      const auto got = read([&](Tx& tx) { return tx.identities().list(account, page); });
      ASSERT_TRUE(ok(got));
      if (got->empty()) break;
      for (const auto& one : *got) seen.push_back(std::string(model::name(one.kind)) + one.name);
      page.after = EntityPosition::of(got->back());
    }
    EXPECT_EQ(seen, all) << size;
  }
  const auto below = [&](std::optional<EntityKind> kind, const std::string& prefix) {
    return names(*read([&](Tx& tx) {
      return tx.identities().list(account, {.kind = kind, .path_prefix = prefix, .after = {}, .limit = 50});
    }));
  };
  EXPECT_EQ(below(EntityKind::user, "/"), (std::vector<std::string>{"a", "B", "c", "D"}));
  EXPECT_EQ(below(EntityKind::user, "/upper/"), (std::vector<std::string>{"B", "D"}));
  EXPECT_EQ(below(EntityKind::role, "/upper/ca"), (std::vector<std::string>{"B", "D"}));
  EXPECT_EQ(below(EntityKind::role, "/upper/cb"), std::vector<std::string>{});
  EXPECT_EQ(*read([&](Tx& tx) { return tx.identities().count(account, EntityKind::role); }), 4);
}

TEST_P(IdentitiesTest, KeepsWhoIsInWhichGroup) {
  const auto alice = add(entity("alice"));
  const auto bob = add(entity("bob"));
  const auto dev = add(entity("dev", EntityKind::group));
  const auto ops = add(entity("ops", EntityKind::group));
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    for (const auto& group : {ops, dev, dev}) BERTH_CHECK(tx.identities().join(group, alice));
    return tx.identities().join(dev, bob);
  })));
  const auto groups = [&](const std::string& user, const std::string& after) {
    return names(*read([&](Tx& tx) { return tx.identities().groups_of(user, after, 10); }));
  };
  EXPECT_EQ(groups(alice, ""), (std::vector<std::string>{"dev", "ops"}));
  EXPECT_EQ(groups(alice, "dev"), (std::vector<std::string>{"ops"}));
  EXPECT_EQ(names(*read([&](Tx& tx) { return tx.identities().members(dev, "", 10); })),
            (std::vector<std::string>{"alice", "bob"}));
  EXPECT_EQ(names(*read([&](Tx& tx) { return tx.identities().members(dev, "", 1); })),
            (std::vector<std::string>{"alice"}));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.identities().count_groups_of(alice); }), 2);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.identities().leave(dev, alice); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.identities().leave(dev, alice); }));
  EXPECT_EQ(groups(alice, ""), (std::vector<std::string>{"ops"}));
}

TEST_P(IdentitiesTest, FindsWhoHoldsAPolicy) {
  const std::string arn = "arn:aws:iam::123456789012:policy/p";
  auto bounded = entity("bounded");
  bounded.boundary = arn;
  add(bounded);
  const auto attached = add(entity("attached", EntityKind::role));
  const auto foreign = add(entity("foreign", EntityKind::role, other));
  add(entity("neither"));
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.entity_policies().attach(attached, arn));
    BERTH_CHECK(tx.entity_policies().attach(foreign, arn));
    return {};
  })));
  const auto holders = [&](bool by_attachment, bool by_boundary, std::optional<EntityKind> kind = {}) {
    return names(*read([&](Tx& tx) {
      return tx.identities().holders({account, arn, by_attachment, by_boundary},
                                     {.kind = kind, .after = {}, .limit = 10});
    }));
  };
  EXPECT_EQ(holders(true, true), (std::vector<std::string>{"attached", "bounded"}));
  EXPECT_EQ(holders(true, false), (std::vector<std::string>{"attached"}));
  EXPECT_EQ(holders(false, true), (std::vector<std::string>{"bounded"}));
  EXPECT_EQ(holders(true, true, EntityKind::user), (std::vector<std::string>{"bounded"}));
}

TEST_P(IdentitiesTest, KeepsInlineAndAttachedPolicies) {
  const auto alice = add(entity("alice"));
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.entity_policies().put_inline(alice, {"b", "1"}));
    BERTH_CHECK(tx.entity_policies().put_inline(alice, {"B", "2"}));
    return tx.entity_policies().put_inline(alice, {"b", "3"});
  })));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.entity_policies().list_inline(alice); }),
            (std::vector<model::InlinePolicy>{{"B", "2"}, {"b", "3"}}));
  EXPECT_EQ((*read([&](Tx& tx) { return tx.entity_policies().find_inline(alice, "b"); }))->document, "3");
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.entity_policies().remove_inline(alice, "b"); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.entity_policies().remove_inline(alice, "b"); }));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.entity_policies().find_inline(alice, "b"); }));

  EXPECT_TRUE(*write([&](Tx& tx) { return tx.entity_policies().attach(alice, "arn2"); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.entity_policies().attach(alice, "arn1"); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.entity_policies().attach(alice, "arn1"); }));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.entity_policies().attached(alice); }),
            (std::vector<std::string>{"arn1", "arn2"}));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.entity_policies().detach(alice, "arn1"); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.entity_policies().detach(alice, "arn1"); }));
}

TEST_P(IdentitiesTest, KeepsTagsByKeysInAnyCase) {
  ASSERT_TRUE(
      ok(write([&](Tx& tx) { return tx.identity_tags().put("owner", {{"Team", "a"}, {"app", "b"}, {"TEAM", "c"}}); })));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.identity_tags().list("owner"); }),
            (std::vector<model::ResourceTag>{{"app", "b"}, {"TEAM", "c"}}));
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.identity_tags().remove("owner", {"APP", "unknown"}); })));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.identity_tags().list("owner"); }),
            (std::vector<model::ResourceTag>{{"TEAM", "c"}}));
}

TEST_P(IdentitiesTest, RemovesAnEntityWithAllThatHangsOnIt) {
  const auto alice = add(entity("alice"));
  const auto dev = add(entity("dev", EntityKind::group));
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.entity_policies().put_inline(alice, {"p", "{}"}));
    BERTH_CHECK(tx.entity_policies().attach(alice, "arn"));
    BERTH_CHECK(tx.identity_tags().put(alice, {{"k", "v"}}));
    BERTH_CHECK(tx.identities().join(dev, alice));
    BERTH_CHECK(tx.access_keys().put(
        alice, {.info = {.id = "AKIA1", .user = "alice", .created = at(1)}, .sealed_secret = "s"}));
    return tx.identities().remove(alice);
  })));
  add(entity("alice"));  // with the same id, so that what was left behind would be seen
  EXPECT_TRUE(read([&](Tx& tx) { return tx.entity_policies().list_inline(alice); })->empty());
  EXPECT_TRUE(read([&](Tx& tx) { return tx.entity_policies().attached(alice); })->empty());
  EXPECT_TRUE(read([&](Tx& tx) { return tx.identity_tags().list(alice); })->empty());
  EXPECT_TRUE(read([&](Tx& tx) { return tx.identities().groups_of(alice, "", 9); })->empty());
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.access_keys().find("AKIA1"); }));
}

TEST_P(IdentitiesTest, KeepsAccessKeys) {
  const auto alice = add(entity("alice"));
  const AccessKey key{.info = {.id = "AKIAEXAMPLE", .user = "alice", .created = at(3)},
                      .sealed_secret = std::string("\0\xff sealed", 9)};
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.access_keys().put(alice, key); })));
  auto found = read([&](Tx& tx) { return tx.access_keys().find("AKIAEXAMPLE"); });
  ASSERT_TRUE(ok(found) && *found);
  EXPECT_EQ((*found)->owner.id, alice);
  EXPECT_EQ((*found)->owner.account, account);
  EXPECT_EQ((*found)->key.sealed_secret, key.sealed_secret);
  EXPECT_EQ((*found)->key.info.user, "alice");
  EXPECT_TRUE((*found)->key.info.active);
  EXPECT_EQ((*found)->key.info.created, at(3));
  EXPECT_FALSE((*found)->key.info.last_use);
  EXPECT_TRUE((*found)->account_active);
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.access_keys().find("akiaexample"); }));

  const model::LastUse use{at(90), "ecr", "us-east-1"};
  EXPECT_FALSE(moves([&](Tx& tx) { return tx.access_keys().mark_used("AKIAEXAMPLE", use); }));
  EXPECT_FALSE(moves([&](Tx& tx) { return tx.access_keys().mark_used("AKIAEXAMPLE", {at(80), "sts", "x"}); }));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.access_keys().set_active("AKIAEXAMPLE", false); }));
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.accounts().set_status(account, model::AccountStatus::suspended); }));
  found = read([&](Tx& tx) { return tx.access_keys().find("AKIAEXAMPLE"); });
  EXPECT_FALSE((*found)->key.info.active);
  EXPECT_FALSE((*found)->account_active);
  const auto listed = read([&](Tx& tx) { return tx.access_keys().list(alice); });
  ASSERT_TRUE(ok(listed));
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(listed->front().last_use, use);
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.access_keys().remove("AKIAEXAMPLE"); }));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.access_keys().find("AKIAEXAMPLE"); }));
}

TEST_P(IdentitiesTest, KeepsOidcProviders) {
  model::OidcProvider provider{.account = account,
                               .url = "token.actions.githubusercontent.com",
                               .client_ids = {"sts.amazonaws.com", "other"},
                               .thumbprints = {},
                               .created = at(4)};
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.oidc_providers().create(provider); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.oidc_providers().create(provider); }));
  EXPECT_EQ(provider.arn(), "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com");
  provider.thumbprints = {std::string(40, 'a')};
  provider.client_ids = {"one"};
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.oidc_providers().update(provider); })));
  const auto found = *read([&](Tx& tx) { return tx.oidc_providers().find(provider.arn()); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->url, provider.url);
  EXPECT_EQ(found->client_ids, provider.client_ids);
  EXPECT_EQ(found->thumbprints, provider.thumbprints);
  EXPECT_EQ(found->created, at(4));
  EXPECT_EQ(read([&](Tx& tx) { return tx.oidc_providers().list(account); })->size(), 1u);
  EXPECT_TRUE(read([&](Tx& tx) { return tx.oidc_providers().list(other); })->empty());
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.oidc_providers().remove(provider.arn()); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.oidc_providers().remove(provider.arn()); }));
}

TEST_P(IdentitiesTest, KeepsManagedPoliciesAndTheirVersions) {
  const model::ManagedPolicy policy{.id = "ANPA1",
                                    .account = account,
                                    .name = "Push",
                                    .path = "/ci/",
                                    .description = "d",
                                    .created = at(1),
                                    .updated = at(1)};
  EXPECT_EQ(policy.arn(), "arn:aws:iam::123456789012:policy/ci/Push");
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.managed_policies().create(policy, "v1"); }));
  auto again = policy;
  again.id = "ANPA2";
  again.name = "pUSH";
  again.path = "/";
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.managed_policies().create(again, "v1"); }));

  const auto alice = add(entity("alice"));
  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.entity_policies().attach(alice, policy.arn()); })));
  EXPECT_EQ(*write([&](Tx& tx) { return tx.managed_policies().add_version("ANPA1", "v2", at(2)); }), 2);
  EXPECT_EQ(*write([&](Tx& tx) { return tx.managed_policies().add_version("ANPA1", "v3", at(3)); }), 3);
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.managed_policies().remove_version("ANPA1", 3); }));
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.managed_policies().remove_version("ANPA1", 3); }));
  EXPECT_EQ(*write([&](Tx& tx) { return tx.managed_policies().add_version("ANPA1", "v4", at(4)); }), 4);
  EXPECT_TRUE(moves([&](Tx& tx) { return tx.managed_policies().set_default("ANPA1", 2, at(5)); }));

  const auto found = *read([&](Tx& tx) { return tx.managed_policies().find(policy.arn()); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->default_version, 2);
  EXPECT_EQ(found->updated, at(5));
  EXPECT_EQ(found->created, at(1));
  EXPECT_EQ(found->attachments, 1);
  EXPECT_EQ(found->boundaries, 0);
  EXPECT_EQ(found->description, "d");
  const auto versions = *read([&](Tx& tx) { return tx.managed_policies().versions("ANPA1"); });
  ASSERT_EQ(versions.size(), 3u);
  EXPECT_EQ(versions[0].number, 4);
  EXPECT_EQ(versions[1].document, "v2");
  EXPECT_TRUE(versions[1].is_default);
  EXPECT_FALSE(versions[2].is_default);
  EXPECT_EQ((*read([&](Tx& tx) { return tx.managed_policies().find_version("ANPA1", 4); }))->document, "v4");
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.managed_policies().find_version("ANPA1", 3); }));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.managed_policies().count_versions(account); }), 3);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.authorization().managed_document(policy.arn()); }), "v2");

  ASSERT_TRUE(ok(write([&](Tx& tx) { return tx.managed_policies().remove("ANPA1"); })));
  EXPECT_FALSE(*read([&](Tx& tx) { return tx.managed_policies().find(policy.arn()); }));
}

TEST_P(IdentitiesTest, ListsManagedPoliciesByUse) {
  for (const auto* name : {"c", "A", "b"}) {
    const model::ManagedPolicy policy{.id = std::string("ANPA") + name,
                                      .account = account,
                                      .name = name,
                                      .path = std::string(name) == "b" ? "/x/" : "/",
                                      .created = at(1),
                                      .updated = at(1)};
    ASSERT_TRUE(*write([&](Tx& tx) { return tx.managed_policies().create(policy, "{}"); }));
  }
  auto bounded = entity("bounded");
  bounded.boundary = "arn:aws:iam::123456789012:policy/A";
  add(bounded);
  const std::string aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  ASSERT_TRUE(ok(write([&](Tx& tx) -> base::Result<void> {
    BERTH_CHECK(tx.entity_policies().attach(bounded.id, "arn:aws:iam::123456789012:policy/c"));
    BERTH_CHECK(tx.entity_policies().attach(bounded.id, aws));
    return {};
  })));
  const auto list = [&](const ManagedPolicyPage& page) {
    std::vector<std::string> out;
    const auto policies = read([&](Tx& tx) { return tx.managed_policies().list(account, page); });
    EXPECT_TRUE(ok(policies));
    for (const auto& policy : *policies) out.push_back(policy.name);
    return out;
  };
  EXPECT_EQ(list({.after_name_key = {}, .limit = 9}), (std::vector<std::string>{"A", "b", "c"}));
  EXPECT_EQ(list({.after_name_key = "a", .limit = 1}), (std::vector<std::string>{"b"}));
  EXPECT_EQ(list({.path_prefix = "/x/", .after_name_key = {}, .limit = 9}), (std::vector<std::string>{"b"}));
  EXPECT_EQ(list({.min_attachments = 1, .after_name_key = {}, .limit = 9}), (std::vector<std::string>{"c"}));
  EXPECT_EQ(list({.min_boundaries = 1, .after_name_key = {}, .limit = 9}), (std::vector<std::string>{"A"}));
  EXPECT_EQ(*read([&](Tx& tx) { return tx.managed_policies().count(account); }), 3);
  EXPECT_EQ(*read([&](Tx& tx) { return tx.managed_policies().attached_aws_policies(account); }),
            std::vector<std::string>{aws});
  EXPECT_EQ(read([&](Tx& tx) { return tx.managed_policies().usage(account, aws); })->attachments, 1);
  EXPECT_EQ(read([&](Tx& tx) { return tx.managed_policies().usage(other, aws); })->attachments, 0);
}

}  // namespace
}  // namespace berth::meta
