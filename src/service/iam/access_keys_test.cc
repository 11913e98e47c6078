// Access keys, tags and providers.
#include "service/iam/access_keys.h"

#include "auth/access_key.h"
#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;

TEST(AccessKeys, AreTwoForAUser) {
  IamWorld world;
  const auto& s = world.scope;
  const auto alice = world.user("alice");
  const auto first = world.access_keys.create(s, "ALICE");
  ASSERT_TRUE(ok(first));
  EXPECT_EQ(first->info.user, "alice");
  EXPECT_TRUE(first->info.active);
  EXPECT_TRUE(first->info.id.starts_with("AKIA"));
  EXPECT_EQ(first->info.created, world.clock.now());
  const auto row = world.store.read({}, [&](meta::Tx& tx) { return tx.access_keys().find(first->info.id); });
  ASSERT_TRUE(ok(row) && *row);
  EXPECT_EQ(auth::open_secret(world.keys, first->info.id, (*row)->key.sealed_secret)->reveal(), first->secret.reveal());
  EXPECT_FALSE((*row)->key.sealed_secret.contains(first->secret.reveal()));

  const auto second = world.access_keys.create(world.as(alice), std::nullopt);
  ASSERT_TRUE(ok(second));
  EXPECT_EQ(second->info.user, "alice");
  EXPECT_TRUE(
      says(Errc::limit_exceeded, "Cannot exceed quota for AccessKeysPerUser: 2", world.access_keys.create(s, "alice")));
  EXPECT_EQ(world.access_keys.list(s, "alice", {.after = {}})->items.size(), 2u);
  const auto page = world.access_keys.list(world.as(alice), std::nullopt, {.after = {}, .limit = 1});
  ASSERT_TRUE(page->next);
  EXPECT_EQ(world.access_keys.list(s, "alice", {.after = *page->next, .limit = 1})->items.size(), 1u);
  EXPECT_TRUE(fails(Errc::validation, world.access_keys.list(s, std::nullopt, {.after = {}})));
}

TEST(AccessKeys, AreSwitchedAndRemovedByTheirUser) {
  IamWorld world;
  const auto& s = world.scope;
  world.user("alice");
  world.user("bob");
  const auto key = world.access_keys.create(s, "alice")->info.id;
  ASSERT_TRUE(ok(world.access_keys.set_active(s, "alice", key, false)));
  EXPECT_FALSE(world.access_keys.list(s, "alice", {.after = {}})->items.front().active);
  ASSERT_TRUE(ok(world.access_keys.set_active(s, "alice", key, true)));
  EXPECT_TRUE(world.access_keys.list(s, "alice", {.after = {}})->items.front().active);
  const auto unknown = "The Access Key with id " + key + " cannot be found.";
  EXPECT_TRUE(says(Errc::entity_not_found, unknown, world.access_keys.set_active(s, "bob", key, false)));
  EXPECT_TRUE(says(Errc::entity_not_found, unknown, world.access_keys.remove(s, "bob", key)));
  EXPECT_TRUE(ok(world.access_keys.remove(s, "alice", key)));
  EXPECT_TRUE(says(Errc::entity_not_found, unknown, world.access_keys.remove(s, "alice", key)));
}

TEST(AccessKeys, TellWhenTheyWereUsed) {
  IamWorld world;
  const auto& s = world.scope;
  world.user("alice");
  const auto key = world.access_keys.create(s, "alice")->info.id;
  EXPECT_EQ(world.access_keys.last_used(s, key)->user, "alice");
  EXPECT_FALSE(world.access_keys.last_used(s, key)->last_use);
  const model::LastUse use{.time = world.clock.now(), .service = "ecr", .region = "us-east-1"};
  ASSERT_TRUE(ok(world.store.write({}, [&](meta::Tx& tx) { return tx.access_keys().mark_used(key, use); })));
  EXPECT_EQ(world.access_keys.last_used(s, key)->last_use, use);
  // Another account's key is told from an unknown one by nothing.
  auto other = s;
  other.caller = auth::Caller::root(registry("999999999999").account, "AKIA");
  const auto foreign = world.access_keys.last_used(other, key);
  const auto none = world.access_keys.last_used(other, "AKIANONE");
  EXPECT_TRUE(fails(Errc::access_denied, foreign));
  EXPECT_TRUE(fails(Errc::access_denied, none));
  EXPECT_TRUE(foreign.error().message.ends_with("access key " + key));
}

TEST(Tags, AreKeptForFourKinds) {
  IamWorld world;
  const auto& s = world.scope;
  world.user("alice");
  world.role("ci");
  const auto policy = world.policy("p");
  const auto provider = world.providers.create(s, {.url = "https://issuer.example.com/path/"});
  ASSERT_TRUE(ok(provider));
  using Kind = Taggable::Kind;
  for (const auto& owner : {Taggable{Kind::user, "alice"}, Taggable{Kind::role, "ci"}, Taggable{Kind::policy, policy},
                            Taggable{Kind::oidc_provider, provider->arn()}}) {
    ASSERT_TRUE(ok(world.tags.tag(s, owner, {{"b", "1"}, {"A", "2"}, {"c", ""}})));
    ASSERT_TRUE(ok(world.tags.tag(s, owner, {{"B", "3"}})));
    const auto first = world.tags.list(s, owner, {.after = {}, .limit = 2});
    ASSERT_TRUE(ok(first));
    EXPECT_EQ(first->items, (std::vector<model::ResourceTag>{{"A", "2"}, {"B", "3"}}));
    ASSERT_TRUE(first->next);
    EXPECT_EQ(world.tags.list(s, owner, {.after = *first->next})->items, (std::vector<model::ResourceTag>{{"c", ""}}));
    ASSERT_TRUE(ok(world.tags.untag(s, owner, {"a", "unknown"})));
    EXPECT_EQ(world.tags.list(s, owner, {.after = {}})->items.size(), 2u);

    EXPECT_TRUE(fails(Errc::invalid_input, world.tags.tag(s, owner, {{"aws:x", "1"}})));
    EXPECT_TRUE(fails(Errc::invalid_input, world.tags.tag(s, owner, {{"x", "1"}, {"X", "2"}})));
    EXPECT_TRUE(fails(Errc::validation, world.tags.tag(s, owner, std::vector<model::ResourceTag>(51, {"x", "1"}))));
    std::vector<model::ResourceTag> many;
    for (int i = 0; i < 49; ++i) many.push_back({"k" + std::to_string(i), "v"});
    EXPECT_TRUE(fails(Errc::limit_exceeded, world.tags.tag(s, owner, many)));
    EXPECT_EQ(world.tags.list(s, owner, {.after = {}})->items.size(), 2u);
    many.pop_back();
    EXPECT_TRUE(ok(world.tags.tag(s, owner, many)));
  }
  EXPECT_TRUE(fails(Errc::entity_not_found, world.tags.list(s, {Kind::user, "bob"}, {.after = {}})));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.tags.tag(s, {Kind::policy, policy + "x"}, {{"a", "b"}})));
  EXPECT_TRUE(fails(Errc::access_denied, world.tags.tag(s, {Kind::policy, std::string(kReadOnly)}, {{"a", "b"}})));
  EXPECT_TRUE(ok(world.tags.list(s, {Kind::policy, std::string(kReadOnly)}, {.after = {}})));
  EXPECT_TRUE(says(Errc::entity_not_found, "OpenIDConnect Provider not found for arn arn:x",
                   world.tags.untag(s, {Kind::oidc_provider, "arn:x"}, {"a"})));
}

TEST(OidcProviders, AreMadeAndChanged) {
  IamWorld world;
  const auto& s = world.scope;
  const std::string print(40, 'a');
  const auto made = world.providers.create(s, {.url = "https://token.actions.githubusercontent.com",
                                               .client_ids = {"sts.amazonaws.com"},
                                               .thumbprints = {print},
                                               .tags = {{"k", "v"}}});
  ASSERT_TRUE(ok(made));
  const auto arn = made->arn();
  EXPECT_EQ(arn, "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com");
  ASSERT_TRUE(ok(world.providers.add_client_id(s, arn, "other")));
  ASSERT_TRUE(ok(world.providers.add_client_id(s, arn, "other")));
  ASSERT_TRUE(ok(world.providers.remove_client_id(s, arn, "sts.amazonaws.com")));
  ASSERT_TRUE(ok(world.providers.set_thumbprints(s, arn, {})));
  const auto found = world.providers.get(s, arn);
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(found->url, "token.actions.githubusercontent.com");
  EXPECT_EQ(found->client_ids, std::vector<std::string>{"other"});
  EXPECT_TRUE(found->thumbprints.empty());
  EXPECT_EQ(found->tags.size(), 1u);
  EXPECT_TRUE(says(Errc::entity_exists,
                   "Provider with url https://token.actions.githubusercontent.com/ already exists.",
                   world.providers.create(s, {.url = "https://token.actions.githubusercontent.com/"})));
  EXPECT_EQ(world.providers.list(s)->size(), 1u);
  ASSERT_TRUE(ok(world.providers.remove(s, arn)));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.providers.get(s, arn)));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.providers.remove(s, arn)));
}

TEST(OidcProviders, AreReachedByTlsOrOnThisMachine) {
  IamWorld world;
  const auto& s = world.scope;
  for (const auto* url : {"https://issuer.example.com/tenant", "https://issuer.example.com:8443",
                          "http://127.0.0.1:8080", "http://localhost:80/x", "http://[::1]:1"}) {
    EXPECT_TRUE(ok(world.providers.create(s, {.url = url}))) << url;
  }
  for (const std::string url : {"", "https://", "https://aws", "http://localhost", "https://u@x.y", "https:///x",
                                "issuer.example.com", "http://issuer.example.com", "http://127.0.0.1.example.com",
                                "ftp://x.y", "https://x.y/?q=1", "https://x y", "https://x.y/#f"}) {
    EXPECT_TRUE(fails(Errc::invalid_input, world.providers.create(s, {.url = url}))) << url;
  }
  EXPECT_TRUE(
      fails(Errc::invalid_input, world.providers.create(s, {.url = "https://a.example/" + std::string(255, 'x')})));
  const std::string url = "https://limits.example.com";
  EXPECT_TRUE(fails(Errc::validation, world.providers.create(s, {.url = url, .thumbprints = {"abc"}})));
  EXPECT_TRUE(fails(Errc::validation, world.providers.create(s, {.url = url, .client_ids = {""}})));
  EXPECT_TRUE(
      fails(Errc::invalid_input,
            world.providers.create(s, {.url = url, .thumbprints = std::vector<std::string>(6, std::string(40, 'b'))})));
  EXPECT_TRUE(says(Errc::limit_exceeded, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
                   world.providers.create(s, {.url = url, .client_ids = std::vector<std::string>(101, "c")})));
}

}  // namespace
}  // namespace berth::service::iam
