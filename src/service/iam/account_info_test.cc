#include "service/iam/account_info.h"

#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;

TEST(AccountInfo, HasOneAlias) {
  IamWorld world;
  const auto& s = world.scope;
  EXPECT_TRUE(world.info.aliases(s)->empty());
  ASSERT_TRUE(ok(world.info.create_alias(s, "acme")));
  ASSERT_TRUE(ok(world.info.create_alias(s, "acme-prod")));
  EXPECT_EQ(*world.info.aliases(s), std::vector<std::string>{"acme-prod"});
  EXPECT_TRUE(
      says(Errc::entity_not_found, "The account alias acme cannot be found.", world.info.remove_alias(s, "acme")));
  const auto member = world.accounts.create(s, {.name = "Member", .email = "m@example.com"});
  ASSERT_TRUE(ok(member));
  auto other = s;
  other.caller = auth::Caller::root(*member->creation.account, "AKIA");
  EXPECT_TRUE(says(Errc::entity_exists, "The account alias acme-prod already exists.",
                   world.info.create_alias(other, "acme-prod")));
  ASSERT_TRUE(ok(world.info.remove_alias(s, "acme-prod")));
  EXPECT_TRUE(world.info.aliases(s)->empty());
  EXPECT_TRUE(ok(world.info.create_alias(other, "acme-prod")));
  for (const std::string bad : {"ab", "-abc", "abc-", "a--b", "Abc", "a_b", ""}) {
    EXPECT_TRUE(fails(Errc::validation, world.info.create_alias(s, bad))) << bad;
  }
  EXPECT_TRUE(fails(Errc::validation, world.info.create_alias(s, std::string(64, 'a'))));
  EXPECT_TRUE(ok(world.info.create_alias(s, std::string(63, 'a'))));
}

TEST(AccountInfo, CountsWhatThereIs) {
  IamWorld world;
  world.user("alice");
  world.role("ci");
  const auto arn = world.policy("p");
  ASSERT_TRUE(ok(world.policies.create_version(world.scope, arn, std::string(kAllowAll), false)));
  ASSERT_TRUE(ok(world.providers.create(world.scope, {.url = "https://issuer.example.com"})));
  auto summary = world.info.summary(world.scope);
  ASSERT_TRUE(ok(summary));
  EXPECT_EQ((*summary)["Users"], 2);
  EXPECT_EQ((*summary)["Groups"], 0);
  EXPECT_EQ((*summary)["Roles"], 1);
  EXPECT_EQ((*summary)["Policies"], 1);
  EXPECT_EQ((*summary)["PolicyVersionsInUse"], 2);
  EXPECT_EQ((*summary)["Providers"], 1);
  EXPECT_EQ((*summary)["UsersQuota"], 5000);
  EXPECT_EQ((*summary)["AccountMFAEnabled"], 0);
}

TEST(AccountInfo, TellsAllAtOnceInPages) {
  IamWorld world;
  const auto& s = world.scope;
  world.user("alice");
  world.role("ci");
  world.group("dev");
  const auto arn = world.policy("p");
  ASSERT_TRUE(ok(world.groups.add_user(s, "dev", "alice")));
  ASSERT_TRUE(ok(world.entity_policies.put_inline(s, user("alice"), {"in", std::string(kAllowAll)})));
  ASSERT_TRUE(ok(world.entity_policies.attach(s, user("alice"), arn)));
  ASSERT_TRUE(ok(world.tags.tag(s, {Taggable::Kind::user, "alice"}, {{"k", "v"}})));
  const auto all = world.info.details(s, {});
  ASSERT_TRUE(ok(all));
  EXPECT_FALSE(all->next);
  ASSERT_EQ(all->entities.size(), 4u);  // dev, ci, administrator, alice
  const auto& alice = all->entities[3];
  EXPECT_EQ(alice.groups, std::vector<std::string>{"dev"});
  EXPECT_EQ(alice.inline_policies.front().name, "in");
  EXPECT_EQ(alice.attached.front().arn, arn);
  EXPECT_EQ(alice.entity.tags.size(), 1u);
  ASSERT_EQ(all->policies.size(), 2u);
  EXPECT_EQ(all->policies[0].policy.name, "p");
  EXPECT_EQ(all->policies[0].policy.attachments, 1);
  EXPECT_EQ(all->policies[1].policy.name, "AdministratorAccess");
  EXPECT_FALSE(all->policies[1].versions.empty());

  for (const std::size_t limit : {1u, 2u, 3u, 4u, 5u, 6u}) {
    std::vector<std::string> seen;
    DetailsRequest request{.after = {}, .limit = limit};
    for (;;) {
      const auto page = world.info.details(s, request);
      ASSERT_TRUE(ok(page));
      EXPECT_LE(page->entities.size() + page->policies.size(), limit);
      for (const auto& one : page->entities) seen.push_back(one.entity.name);
      for (const auto& one : page->policies) seen.push_back(one.policy.name);
      if (!page->next) break;
      request.after = *page->next;
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"dev", "ci", "administrator", "alice", "p", "AdministratorAccess"}))
        << limit;
  }
  const auto roles = world.info.details(
      s, {.users = false, .groups = false, .local_policies = false, .aws_policies = false, .after = {}});
  ASSERT_EQ(roles->entities.size(), 1u);
  EXPECT_EQ(roles->entities.front().entity.name, "ci");
  EXPECT_TRUE(fails(Errc::validation, world.info.details(s, {.after = "nonsense"})));
}

TEST(Names, ThatNothingCanHaveAreNotThere) {
  IamWorld world;
  const auto& s = world.scope;
  world.user("alice");
  for (const auto& odd : {std::string("a\0b", 3), std::string("\xff"), std::string("\xc3")}) {
    const auto gone = [](const auto& result) { return fails(Errc::entity_not_found, result); };
    EXPECT_TRUE(gone(world.users.get(s, odd)));
    EXPECT_TRUE(gone(world.groups.add_user(s, odd, odd)));
    EXPECT_TRUE(gone(world.roles.update_trust_policy(s, odd, std::string(kTrustAccount))));
    EXPECT_TRUE(gone(world.roles.deletion_status(s, odd)));
    EXPECT_TRUE(gone(world.entity_policies.get_inline(s, user("alice"), odd)));
    EXPECT_TRUE(gone(world.entity_policies.remove_inline(s, user("alice"), odd)));
    EXPECT_TRUE(gone(world.policies.get(s, "arn:aws:iam::123456789012:policy/" + odd)));
    EXPECT_TRUE(gone(world.entity_policies.attach(s, user("alice"), "arn:aws:iam::123456789012:policy/" + odd)));
    EXPECT_TRUE(gone(world.entity_policies.detach(s, user("alice"), "arn:aws:iam::123456789012:policy/" + odd)));
    EXPECT_TRUE(gone(world.tags.list(s, {Taggable::Kind::oidc_provider, odd}, {})));
    EXPECT_TRUE(gone(world.providers.get(s, odd)));
    EXPECT_TRUE(gone(world.providers.remove(s, odd)));
    EXPECT_TRUE(gone(world.access_keys.remove(s, "alice", odd)));
    EXPECT_TRUE(fails(Errc::access_denied, world.access_keys.last_used(s, odd)));
    EXPECT_TRUE(gone(world.info.remove_alias(s, odd)));
    EXPECT_TRUE(gone(world.accounts.creation(s, odd)));
    EXPECT_TRUE(gone(world.accounts.describe(s, odd)));
    EXPECT_TRUE(gone(world.organization.describe_policy(s, odd)));
    EXPECT_TRUE(gone(world.organization.attach(s, "p-FullAWSAccess", odd)));
    EXPECT_TRUE(gone(world.organization.policies_of(s, odd, {})));
    EXPECT_TRUE(fails(Errc::invalid_input, world.accounts.create(s, {.name = odd, .email = "ok@example.com"})));
    EXPECT_TRUE(fails(
        Errc::invalid_input,
        world.organization.create_policy(s, {.name = odd, .description = {}, .document = std::string(kAllowAll)})));
  }
}

}  // namespace
}  // namespace berth::service::iam
