#include "service/iam/organization.h"

#include <algorithm>

#include "auth/access_key.h"
#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;

template <class T>
testing::AssertionResult fails_about(Errc code, std::string_view subject, const base::Result<T>& result) {
  if (auto failed = fails(code, result); !failed) return failed;
  const auto& details = result.error().details;
  if (details.size() == 1 && details[0].name == "subject" && std::get<std::string>(details[0].value) == subject) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "not about " << subject;
}

TEST(Accounts, BeginWithOneThatManagesTheOrganization) {
  IamWorld world;
  const auto& s = world.scope;
  const auto organization = world.organization.describe(s);
  ASSERT_TRUE(ok(organization));
  EXPECT_EQ(organization->management.text(), "123456789012");
  EXPECT_EQ(organization->id.size(), 12u);
  EXPECT_EQ(organization->arn(), "arn:aws:organizations::123456789012:organization/" + organization->id);
  EXPECT_EQ(world.organization.management(s)->email, "main@example.com");
  EXPECT_EQ(world.organization.roots(s)->root, organization->root);
  EXPECT_TRUE(fails(Errc::conflict, world.accounts.create_first(s, {.name = "x", .email = "x@example.com"})));
  const auto admin = world.users.get(s, "administrator");
  ASSERT_TRUE(ok(admin));
  EXPECT_EQ(world.entity_policies.list_attached(s, user("administrator"), {.after = {}})->items.front().name,
            "AdministratorAccess");
  EXPECT_EQ(world.access_keys.list(s, "administrator", {.after = {}})->items.size(), 1u);
}

TEST(Accounts, AreMadeWithARoleForTheManagementAccount) {
  IamWorld world;
  const auto& s = world.scope;
  const auto made = world.accounts.create(
      s, {.name = "Team B", .email = "b@example.com", .id = registry("210987654321").account, .administrator = true});
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->creation.account->text(), "210987654321");
  EXPECT_TRUE(made->creation.failure.empty());
  ASSERT_TRUE(made->administrator);
  EXPECT_EQ(made->administrator->user_arn, "arn:aws:iam::210987654321:user/administrator");
  const auto key = world.store.read({}, [&](meta::Tx& tx) { return tx.access_keys().find(made->administrator->id); });
  ASSERT_TRUE(ok(key) && *key);
  EXPECT_EQ(*auth::open_secret(world.keys, made->administrator->id, (*key)->key.sealed_secret),
            made->administrator->secret);
  auto member = s;
  member.caller = auth::Caller::root(*made->creation.account, "AKIA");
  const auto role = world.roles.get(member, "OrganizationAccountAccessRole");
  ASSERT_TRUE(ok(role));
  EXPECT_TRUE(role->trust_policy.contains("arn:aws:iam::123456789012:root"));
  EXPECT_TRUE(ok(world.organization.describe(member)));
  EXPECT_TRUE(fails(Errc::access_denied, world.accounts.list(member, {.after = {}})));
  EXPECT_TRUE(fails(Errc::access_denied, world.organization.list_policies(member, {.after = {}})));
  EXPECT_TRUE(fails(Errc::access_denied, world.accounts.create(member, {.name = "c", .email = "c@example.com"})));

  EXPECT_EQ(world.accounts.creation(s, made->creation.id)->account, made->creation.account);
  EXPECT_TRUE(fails_about(Errc::entity_not_found, "creation", world.accounts.creation(s, "car-none")));
  const auto again = world.accounts.create(s, {.name = "C", .email = "b@example.com", .administrator = true});
  ASSERT_TRUE(ok(again));
  EXPECT_EQ(again->creation.failure, "EMAIL_ALREADY_EXISTS");
  EXPECT_FALSE(again->creation.account);
  EXPECT_FALSE(again->administrator);
  EXPECT_EQ(world.accounts.creation(s, again->creation.id)->failure, "EMAIL_ALREADY_EXISTS");
  EXPECT_EQ(world.accounts.creations(s, {.after = {}})->items.size(), 3u);
  EXPECT_TRUE(
      fails(Errc::conflict,
            world.accounts.create(s, {.name = "C", .email = "c@example.com", .id = registry("210987654321").account})));
  const auto by_chance = world.accounts.create(s, {.name = "D", .email = "d@example.com"});
  ASSERT_TRUE(ok(by_chance));
  EXPECT_FALSE(by_chance->administrator);
  EXPECT_NE(by_chance->creation.account->text().front(), '0');
  EXPECT_EQ(world.accounts.list(s, {.after = {}})->items.size(), 3u);
  EXPECT_EQ(world.accounts.describe(s, "210987654321")->name, "Team B");
  EXPECT_TRUE(world.accounts.describe(s, "210987654321")->arn.ends_with("/210987654321"));
  EXPECT_TRUE(fails_about(Errc::entity_not_found, "account", world.accounts.describe(s, "111111111111")));
  for (const std::string email : {"", "a@b", "a b@c.d", "@b.cd", "a@b.cd@e.f", "a@.bcd", "abcdef."}) {
    EXPECT_TRUE(fails(Errc::invalid_input, world.accounts.create(s, {.name = "x", .email = email}))) << email;
  }
  EXPECT_TRUE(fails(Errc::invalid_input, world.accounts.create(s, {.name = "", .email = "ok@example.com"})));
}

TEST(Accounts, AreClosed) {
  IamWorld world;
  const auto& s = world.scope;
  const auto made = world.accounts.create(s, {.name = "B", .email = "b@example.com", .administrator = true});
  const auto id = made->creation.account->text();
  ASSERT_TRUE(ok(world.accounts.close(s, id)));
  EXPECT_EQ(world.accounts.describe(s, id)->status, model::AccountStatus::suspended);
  EXPECT_TRUE(fails(Errc::delete_conflict, world.accounts.close(s, id)));
  EXPECT_TRUE(fails(Errc::limit_exceeded, world.accounts.close(s, "123456789012")));
  const auto key = world.store.read({}, [&](meta::Tx& tx) { return tx.access_keys().find(made->administrator->id); });
  EXPECT_FALSE((*key)->account_active);
}

TEST(ServiceControlPolicies, AreMadeAttachedAndDetached) {
  IamWorld world;
  const auto& s = world.scope;
  auto& o = world.organization;
  const auto account = world.accounts.create(s, {.name = "B", .email = "b@example.com"})->creation.account->text();
  const auto root = o.describe(s)->root;
  const auto full = std::string(model::kFullAwsAccess);
  EXPECT_EQ(o.policies_of(s, root, {.after = {}})->items.front().id, full);
  EXPECT_EQ(o.policies_of(s, account, {.after = {}})->items.front().id, full);
  EXPECT_EQ(o.targets_of(s, full, {.after = {}})->items.size(), 3u);
  EXPECT_EQ(o.describe_policy(s, full)->arn,
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess");

  const auto made = o.create_policy(s, {.name = "deny", .description = "d", .document = std::string(kAllowAll)});
  ASSERT_TRUE(ok(made));
  EXPECT_TRUE(made->arn.ends_with("/service_control_policy/" + made->id));
  EXPECT_TRUE(fails_about(Errc::entity_exists, "policy",
                          o.create_policy(s, {.name = "deny", .description = {}, .document = std::string(kAllowAll)})));
  EXPECT_TRUE(fails(Errc::policy_malformed, o.create_policy(s, {.name = "x", .description = {}, .document = "{"})));
  EXPECT_TRUE(fails(Errc::policy_malformed,
                    o.create_policy(s, {.name = "x", .description = {}, .document = std::string(kTrustAccount)})));
  EXPECT_TRUE(fails(Errc::limit_exceeded,
                    o.create_policy(s, {.name = "x", .description = {}, .document = std::string(5'121, ' ')})));
  EXPECT_EQ(o.update_policy(s, made->id, {.name = "renamed", .description = {}, .document = {}})->description, "d");
  EXPECT_TRUE(fails_about(Errc::entity_exists, "policy",
                          o.update_policy(s, made->id, {.name = "FullAWSAccess", .description = {}, .document = {}})));
  EXPECT_TRUE(
      fails(Errc::entity_unmodifiable, o.update_policy(s, full, {.name = "x", .description = {}, .document = {}})));
  EXPECT_TRUE(fails(Errc::entity_unmodifiable, o.remove_policy(s, full)));

  ASSERT_TRUE(ok(o.attach(s, made->id, account)));
  EXPECT_TRUE(fails_about(Errc::entity_exists, "attachment", o.attach(s, made->id, account)));
  EXPECT_TRUE(fails_about(Errc::entity_not_found, "policy", o.attach(s, "p-none", account)));
  EXPECT_TRUE(fails_about(Errc::entity_not_found, "target", o.attach(s, made->id, "111111111111")));
  EXPECT_TRUE(fails_about(Errc::entity_not_found, "target", o.attach(s, made->id, "r-none")));
  EXPECT_TRUE(fails(Errc::delete_conflict, o.remove_policy(s, made->id)));
  ASSERT_TRUE(ok(o.detach(s, full, account)));
  EXPECT_TRUE(fails_about(Errc::entity_not_found, "attachment", o.detach(s, full, account)));
  EXPECT_TRUE(fails(Errc::limit_exceeded, o.detach(s, made->id, account)));
  EXPECT_EQ(o.policies_of(s, account, {.after = {}})->items.front().id, made->id);
  ASSERT_TRUE(ok(o.attach(s, full, account)));
  ASSERT_TRUE(ok(o.detach(s, made->id, account)));
  ASSERT_TRUE(ok(o.remove_policy(s, made->id)));
  EXPECT_TRUE(fails_about(Errc::entity_not_found, "policy", o.describe_policy(s, made->id)));
  EXPECT_EQ(o.list_policies(s, {.after = {}})->items.size(), 1u);

  for (int i = 0; i < 5; ++i) {
    const auto extra =
        o.create_policy(s, {.name = std::to_string(i), .description = {}, .document = std::string(kAllowAll)});
    ASSERT_TRUE(ok(extra));
    const auto attached = o.attach(s, extra->id, root);
    EXPECT_TRUE(i < 4 ? ok(attached) : fails(Errc::limit_exceeded, attached)) << i;
  }
}

TEST(ServiceControlPolicies, CountForTheAuthorizer) {
  IamWorld world;
  const auto id = *world.accounts.create(world.scope, {.name = "B", .email = "b@example.com"})->creation.account;
  const auto facts = world.store.read({}, [&](meta::Tx& tx) { return tx.authorization().service_control(id); });
  ASSERT_TRUE(ok(facts));
  EXPECT_TRUE(facts->active);
  ASSERT_EQ(facts->service_control.size(), 2u);
  EXPECT_EQ(facts->service_control[0].front().document, model::kFullAwsAccessDocument);
}

}  // namespace
}  // namespace berth::service::iam
