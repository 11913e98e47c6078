#include "service/iam/policies.h"

#include <algorithm>

#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;

TEST(Policies, AreMadeOnce) {
  IamWorld world;
  const auto made = world.policies.create(
      world.scope,
      {.name = "Push", .path = "/ci/", .document = std::string(kAllowAll), .description = "d", .tags = {{"k", "v"}}});
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->arn(), "arn:aws:iam::123456789012:policy/ci/Push");
  EXPECT_TRUE(made->id.starts_with("ANPA"));
  const auto found = world.policies.get(world.scope, made->arn());
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(found->description, "d");
  EXPECT_EQ(found->default_version, 1);
  EXPECT_EQ(found->tags.size(), 1u);
  EXPECT_TRUE(says(Errc::entity_exists, "A policy called push already exists. Duplicate names are not allowed.",
                   world.policies.create(world.scope, {.name = "push", .document = std::string(kAllowAll)})));
  EXPECT_TRUE(fails(Errc::policy_malformed, world.policies.create(world.scope, {.name = "x", .document = "[]"})));
  EXPECT_TRUE(fails(Errc::validation, world.policies.create(world.scope, {.name = "a b", .document = "x"})));
  EXPECT_TRUE(
      fails(Errc::validation, world.policies.create(world.scope, {.name = "x", .path = "/!/", .document = "x"})));
  EXPECT_TRUE(ok(world.policies.create(world.scope, {.name = "full", .document = document_of(6'144) + "   "})));
  EXPECT_TRUE(says(Errc::limit_exceeded, "Cannot exceed quota for PolicySize: 6144",
                   world.policies.create(world.scope, {.name = "over", .document = document_of(6'145)})));
  EXPECT_TRUE(says(Errc::entity_not_found, "Policy arn:aws:iam::123456789012:policy/none was not found.",
                   world.policies.get(world.scope, "arn:aws:iam::123456789012:policy/none")));
  EXPECT_TRUE(says(Errc::validation, "ARN arn:aws:iam::123456789012:user/none is not valid.",
                   world.policies.get(world.scope, "arn:aws:iam::123456789012:user/none")));
  EXPECT_TRUE(fails(Errc::access_denied, world.policies.get(world.scope, "arn:aws:iam::999999999999:policy/none")));
}

TEST(Policies, OfAwsAreThereAndStay) {
  IamWorld world;
  const std::string arn(kReadOnly);
  const auto found = world.policies.get(world.scope, arn);
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(found->arn(), arn);
  EXPECT_FALSE(found->account);
  const auto versions = world.policies.list_versions(world.scope, arn, {.after = {}});
  ASSERT_TRUE(ok(versions));
  ASSERT_EQ(versions->items.size(), 1u);
  EXPECT_TRUE(versions->items.front().is_default);
  const auto version = "v" + std::to_string(found->default_version);
  EXPECT_TRUE(world.policies.get_version(world.scope, arn, version)->document.contains("ecr:BatchGetImage"));
  EXPECT_TRUE(fails(Errc::access_denied, world.policies.remove(world.scope, arn)));
  EXPECT_TRUE(
      fails(Errc::access_denied, world.policies.create_version(world.scope, arn, std::string(kAllowAll), true)));
  EXPECT_TRUE(fails(Errc::access_denied, world.policies.set_default(world.scope, arn, version)));
  EXPECT_TRUE(fails(Errc::access_denied, world.policies.remove_version(world.scope, arn, version)));
}

TEST(Policies, HaveFiveVersions) {
  IamWorld world;
  const auto arn = world.policy("p");
  const auto& s = world.scope;
  for (int i = 2; i <= 5; ++i) {
    const auto made = world.policies.create_version(s, arn, document_of(200 + static_cast<std::size_t>(i)), i == 3);
    ASSERT_TRUE(ok(made));
    EXPECT_EQ(made->number, i);
  }
  EXPECT_TRUE(says(Errc::limit_exceeded,
                   "A managed policy can have up to 5 versions. Before you create a new version, you must delete an "
                   "existing version.",
                   world.policies.create_version(s, arn, std::string(kAllowAll), false)));
  EXPECT_EQ(world.policies.get(s, arn)->default_version, 3);
  EXPECT_TRUE(says(Errc::delete_conflict, "Cannot delete the default version of a policy.",
                   world.policies.remove_version(s, arn, "v3")));
  ASSERT_TRUE(ok(world.policies.remove_version(s, arn, "v5")));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.policies.remove_version(s, arn, "v5")));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.policies.set_default(s, arn, "v5")));
  EXPECT_TRUE(fails(Errc::validation, world.policies.set_default(s, arn, "5")));
  EXPECT_EQ(world.policies.create_version(s, arn, std::string(kAllowAll), false)->number, 6);
  ASSERT_TRUE(ok(world.policies.set_default(s, arn, "v1")));
  const auto first = world.policies.list_versions(s, arn, {.after = {}, .limit = 3});
  ASSERT_TRUE(ok(first));
  ASSERT_EQ(first->items.size(), 3u);
  EXPECT_EQ(first->items[0].number, 6);
  ASSERT_TRUE(first->next);
  const auto rest = world.policies.list_versions(s, arn, {.after = *first->next, .limit = 3});
  ASSERT_EQ(rest->items.size(), 2u);
  EXPECT_EQ(rest->items[1].number, 1);
  EXPECT_TRUE(rest->items[1].is_default);
  EXPECT_TRUE(fails(Errc::delete_conflict, world.policies.remove(s, arn)));
  for (const auto* version : {"v2", "v3", "v4", "v6"}) ASSERT_TRUE(ok(world.policies.remove_version(s, arn, version)));
  EXPECT_TRUE(ok(world.policies.remove(s, arn)));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.policies.get(s, arn)));
}

TEST(Policies, AreListedByScopeAndUse) {
  IamWorld world;
  const auto& s = world.scope;
  const auto used = world.policy("used");
  const auto bound = world.policy("Bound", "/x/");
  world.policy("idle");
  world.user("alice");
  ASSERT_TRUE(ok(world.entity_policies.attach(s, user("alice"), used)));
  ASSERT_TRUE(ok(world.entity_policies.put_boundary(s, user("alice"), bound)));
  const auto list = [&](ListPolicies command, std::size_t limit = 100) {
    std::vector<std::string> names;
    command.page.limit = limit;
    for (;;) {
      const auto page = world.policies.list(s, command);
      EXPECT_TRUE(ok(page));
      EXPECT_LE(page->items.size(), limit);
      for (const auto& policy : page->items) names.push_back(policy.name);
      if (!page->next) return names;
      command.page.after = *page->next;
    }
  };
  const std::vector<std::string> local = {"Bound", "idle", "used"};
  EXPECT_EQ(list({.scope = PolicyScope::local}), local);
  EXPECT_EQ(list({.scope = PolicyScope::local}, 1), local);
  EXPECT_EQ(list({.scope = PolicyScope::local, .page = {.after = {}, .path_prefix = "/x/"}}),
            std::vector<std::string>{"Bound"});
  EXPECT_EQ(list({.only_attached = true}), (std::vector<std::string>{"used", "AdministratorAccess"}));
  EXPECT_EQ(list({.usage = PolicyUsage::boundary}), std::vector<std::string>{"Bound"});
  const auto aws = list({.scope = PolicyScope::aws});
  EXPECT_NE(std::ranges::find(aws, "AmazonEC2ContainerRegistryPowerUser"), aws.end());
  auto all = local;
  all.insert(all.end(), aws.begin(), aws.end());
  for (const std::size_t limit : {1u, 2u, 3u, 4u, 100u}) EXPECT_EQ(list({}, limit), all) << limit;
}

TEST(Policies, TellWhoHasThem) {
  IamWorld world;
  const auto& s = world.scope;
  const auto arn = world.policy("p");
  world.user("alice");
  world.role("ci");
  world.group("dev");
  world.user("bounded");
  for (const auto& ref : {user("alice"), role("ci"), group("dev")}) {
    ASSERT_TRUE(ok(world.entity_policies.attach(s, ref, arn)));
  }
  ASSERT_TRUE(ok(world.entity_policies.put_boundary(s, user("bounded"), arn)));
  const auto holders = [&](ListPolicyEntities command) {
    std::vector<std::string> found;
    command.page.limit = 1;
    for (;;) {
      const auto page = world.policies.entities(s, arn, command);
      EXPECT_TRUE(ok(page));
      for (const auto& one : page->items) found.push_back(one.name);
      if (!page->next) return found;
      command.page.after = *page->next;
    }
  };
  EXPECT_EQ(holders({}), (std::vector<std::string>{"dev", "ci", "alice", "bounded"}));
  EXPECT_EQ(holders({.usage = PolicyUsage::permissions}), (std::vector<std::string>{"dev", "ci", "alice"}));
  EXPECT_EQ(holders({.usage = PolicyUsage::boundary}), std::vector<std::string>{"bounded"});
  EXPECT_EQ(holders({.kind = model::EntityKind::role}), std::vector<std::string>{"ci"});
  EXPECT_TRUE(
      says(Errc::delete_conflict, "Cannot delete a policy attached to entities.", world.policies.remove(s, arn)));
}

}  // namespace
}  // namespace berth::service::iam
