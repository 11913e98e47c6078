// One way for users, roles and groups, so each test runs for all three.
#include "service/iam/entity_policies.h"

#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using model::EntityKind;

class EntityPolicies : public testing::TestWithParam<EntityKind> {
 protected:
  void SetUp() override {
    world.user("one");
    world.role("one");
    world.group("one");
  }
  std::string kind() const { return std::string(model::name(GetParam())); }

  IamWorld world;
  EntityPolicyService& policies = world.entity_policies;
  const Scope& s = world.scope;
  EntityRef ref{GetParam(), "one"};
};
INSTANTIATE_TEST_SUITE_P(Kinds, EntityPolicies, testing::Values(EntityKind::user, EntityKind::role, EntityKind::group),
                         [](const auto& param) { return std::string(model::name(param.param)); });

TEST_P(EntityPolicies, KeepInlineDocuments) {
  const std::string document(kAllowAll);
  for (const auto* name : {"c", "a", "b"}) ASSERT_TRUE(ok(policies.put_inline(s, ref, {name, document})));
  ASSERT_TRUE(ok(policies.put_inline(s, ref, {"a", document + " "})));
  EXPECT_EQ(policies.get_inline(s, ref, "a")->document, document + " ");
  const auto first = policies.list_inline(s, ref, {.after = {}, .limit = 2});
  EXPECT_EQ(first->items, (std::vector<std::string>{"a", "b"}));
  ASSERT_TRUE(first->next);
  const auto second = policies.list_inline(s, ref, {.after = *first->next, .limit = 2});
  EXPECT_EQ(second->items, std::vector<std::string>{"c"});
  EXPECT_FALSE(second->next);
  ASSERT_TRUE(ok(policies.remove_inline(s, ref, "a")));
  const auto gone = "The " + kind() + " policy with name a cannot be found.";
  EXPECT_TRUE(says(Errc::entity_not_found, gone, policies.remove_inline(s, ref, "a")));
  EXPECT_TRUE(says(Errc::entity_not_found, gone, policies.get_inline(s, ref, "a")));
  EXPECT_TRUE(fails(Errc::policy_malformed, policies.put_inline(s, ref, {"x", std::string(kTrustAccount)})));
  EXPECT_TRUE(fails(Errc::validation, policies.put_inline(s, ref, {"a b", document})));
  EXPECT_TRUE(says(Errc::entity_not_found, "The " + kind() + " with name two cannot be found.",
                   policies.put_inline(s, {GetParam(), "two"}, {"x", document})));
}

TEST_P(EntityPolicies, CountCharactersOfAllInlineDocumentsTogether) {
  const std::size_t quota = GetParam() == EntityKind::user ? 2'048 : GetParam() == EntityKind::role ? 10'240 : 5'120;
  const auto half = document_of(quota / 2);
  ASSERT_TRUE(ok(policies.put_inline(s, ref, {"a", half + std::string(500, ' ')})));
  ASSERT_TRUE(ok(policies.put_inline(s, ref, {"b", half})));
  EXPECT_TRUE(says(Errc::limit_exceeded,
                   "Maximum policy size of " + std::to_string(quota) + " bytes exceeded for " + kind() + " one",
                   policies.put_inline(s, ref, {"b", document_of(quota / 2 + 1)})));
  EXPECT_EQ(policies.get_inline(s, ref, "b")->document, half);
}

TEST_P(EntityPolicies, AttachManagedOnes) {
  const auto own = world.policy("own", "/x/");
  ASSERT_TRUE(ok(policies.attach(s, ref, own)));
  ASSERT_TRUE(ok(policies.attach(s, ref, own)));
  ASSERT_TRUE(ok(policies.attach(s, ref, std::string(kReadOnly))));
  EXPECT_EQ(policies.list_attached(s, ref, {.after = {}})->items,
            (std::vector<model::AttachedPolicy>{{"own", own},
                                                {"AmazonEC2ContainerRegistryReadOnly", std::string(kReadOnly)}}));
  EXPECT_EQ(policies.list_attached(s, ref, {.after = {}, .path_prefix = "/x/"})->items.size(), 1u);
  EXPECT_EQ(world.policies.get(s, own)->attachments, 1);
  EXPECT_EQ(world.policies.get(s, std::string(kReadOnly))->attachments, 1);
  ASSERT_TRUE(ok(policies.detach(s, ref, own)));
  EXPECT_TRUE(says(Errc::entity_not_found, "Policy " + own + " was not found.", policies.detach(s, ref, own)));
  EXPECT_TRUE(says(Errc::entity_not_found,
                   "Policy arn:aws:iam::123456789012:policy/none does not exist or is not attachable.",
                   policies.attach(s, ref, "arn:aws:iam::123456789012:policy/none")));
  EXPECT_TRUE(fails(Errc::validation, policies.attach(s, ref, "arn:aws:iam::123456789012:user/none")));
  EXPECT_TRUE(says(Errc::policy_not_attachable, "Cannot attach a Service Role Policy to a Customer Role.",
                   policies.attach(s, ref, "arn:aws:iam::aws:policy/aws-service-role/ECRTemplateServiceRolePolicy")));
}

TEST_P(EntityPolicies, AreTenAtMost) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(ok(policies.attach(s, ref, world.policy("p" + std::to_string(i)))));
  }
  const auto quota = std::string("Cannot exceed quota for PoliciesPer") +
                     (kind() == "user"   ? "User"
                      : kind() == "role" ? "Role"
                                         : "Group") +
                     ": 10";
  EXPECT_TRUE(says(Errc::limit_exceeded, quota, policies.attach(s, ref, world.policy("p10"))));
  EXPECT_EQ(policies.list_attached(s, ref, {.after = {}})->items.size(), 10u);
}

TEST_P(EntityPolicies, BoundUsersAndRoles) {
  const auto own = world.policy("own");
  if (GetParam() == EntityKind::group) {
    EXPECT_TRUE(fails(Errc::invalid_input, policies.put_boundary(s, ref, own)));
    return;
  }
  ASSERT_TRUE(ok(policies.put_boundary(s, ref, own)));
  const auto found = GetParam() == EntityKind::user ? world.users.get(s, "one") : world.roles.get(s, "one");
  EXPECT_EQ(found->boundary, own);
  EXPECT_EQ(world.policies.get(s, own)->boundaries, 1);
  EXPECT_TRUE(
      says(Errc::delete_conflict, "Cannot delete a policy attached to entities.", world.policies.remove(s, own)));
  EXPECT_TRUE(fails(Errc::entity_not_found, policies.put_boundary(s, ref, own + "x")));
  ASSERT_TRUE(ok(policies.remove_boundary(s, ref)));
  EXPECT_TRUE(ok(world.policies.remove(s, own)));
}

}  // namespace
}  // namespace berth::service::iam
