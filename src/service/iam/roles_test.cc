#include "service/iam/roles.h"

#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;

TEST(Roles, AreMadeAndChanged) {
  IamWorld world;
  const auto made = world.roles.create(world.scope, {.name = "ci",
                                                     .path = "/build/",
                                                     .trust_policy = std::string(kTrustAccount),
                                                     .description = "builds",
                                                     .max_session_seconds = 7200,
                                                     .tags = {{"k", "v"}}});
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->arn(), "arn:aws:iam::123456789012:role/build/ci");
  EXPECT_TRUE(made->id.starts_with("AROA"));
  auto found = world.roles.get(world.scope, "CI");
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(found->trust_policy, kTrustAccount);
  EXPECT_EQ(found->description, "builds");
  EXPECT_EQ(found->max_session_seconds, 7200);
  EXPECT_EQ(found->tags.size(), 1u);
  ASSERT_TRUE(ok(world.roles.update(world.scope, "ci", std::nullopt, 3600)));
  EXPECT_EQ(world.roles.get(world.scope, "ci")->description, "builds");
  EXPECT_EQ(world.roles.get(world.scope, "ci")->max_session_seconds, 3600);
  EXPECT_EQ(world.roles.update_description(world.scope, "ci", "new")->description, "new");
  const std::string trust = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
                            R"({"Service":"ecr.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
  ASSERT_TRUE(ok(world.roles.update_trust_policy(world.scope, "ci", trust)));
  EXPECT_EQ(world.roles.get(world.scope, "ci")->trust_policy, trust);
  EXPECT_TRUE(ok(world.roles.list_instance_profiles(world.scope, "ci")));
  EXPECT_EQ(names(world.roles.list(world.scope, {.after = {}, .path_prefix = "/build/"})->items),
            (std::vector<std::string>{"ci"}));
  ASSERT_TRUE(ok(world.roles.remove(world.scope, "ci")));
  EXPECT_TRUE(says(Errc::entity_not_found, "The role with name ci cannot be found.",
                   world.roles.list_instance_profiles(world.scope, "ci")));
}

TEST(Roles, RefuseWhatIsNoTrustPolicyOrOutOfRange) {
  IamWorld world;
  const auto create = [&](std::string document, std::int64_t seconds = 3600, std::string path = "/") {
    return world.roles.create(
        world.scope,
        {.name = "r", .path = std::move(path), .trust_policy = std::move(document), .max_session_seconds = seconds});
  };
  const std::string good(kTrustAccount);
  EXPECT_TRUE(fails(Errc::policy_malformed, create("{")));
  EXPECT_TRUE(fails(Errc::policy_malformed, create(std::string(kAllowAll))));  // no Principal
  EXPECT_TRUE(fails(Errc::validation, create("")));
  EXPECT_TRUE(fails(Errc::validation, create(good, 3599)));
  EXPECT_TRUE(fails(Errc::validation, create(good, 43'201)));
  EXPECT_TRUE(fails(Errc::invalid_input, create(good, 3600, "/aws-service-role/x/")));
  const std::string sid(2'048, 's');
  EXPECT_TRUE(says(Errc::limit_exceeded, "Cannot exceed quota for ACLSizePerRole: 2048",
                   create(R"({"Version":"2012-10-17","Statement":[{"Sid":")" + sid +
                          R"(","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]})")));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.roles.get(world.scope, "r")));
  ASSERT_TRUE(ok(create(good + std::string(4'000, ' '), 43'200)));
  EXPECT_TRUE(fails(Errc::policy_malformed, world.roles.update_trust_policy(world.scope, "r", "{}")));
  EXPECT_TRUE(fails(Errc::validation, world.roles.update(world.scope, "r", std::nullopt, 1)));
  EXPECT_TRUE(fails(Errc::validation, world.roles.update_description(world.scope, "r", std::string(1'001, 'd'))));
}

TEST(Roles, TrustWhoIsNamedAndNobodyWhoComesAfter) {
  IamWorld world;
  const auto& s = world.scope;
  const auto alice = world.user("alice");
  const auto trust = [](const std::string& arn) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" + arn +
           R"("},"Action":"sts:AssumeRole"}]})";
  };
  const auto none = "arn:aws:iam::123456789012:user/bob";
  EXPECT_TRUE(says(Errc::policy_malformed, R"(Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/bob")",
                   world.roles.create(s, {.name = "ci", .trust_policy = trust(none)})));
  const auto made = world.roles.create(s, {.name = "ci", .trust_policy = trust(alice.arn())});
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->trust_policy, trust(alice.arn()));
  const auto stored = [&] {
    return (*world.store.read({}, [&](meta::Tx& tx) { return tx.identities().find(made->id); }))->trust_policy;
  };
  EXPECT_TRUE(stored().contains(alice.id));
  EXPECT_FALSE(stored().contains(alice.arn()));
  EXPECT_TRUE(world.roles.get(s, "ci")->trust_policy.contains(alice.arn()));
  EXPECT_TRUE(world.roles.list(s, {.after = {}})->items.front().trust_policy.contains(alice.arn()));
  EXPECT_TRUE(world.roles.update_description(s, "ci", "d")->trust_policy.contains(alice.arn()));
  EXPECT_TRUE(stored().contains(alice.id));
  EXPECT_TRUE(fails(Errc::policy_malformed, world.roles.update_trust_policy(s, "ci", trust(none))));
  ASSERT_TRUE(ok(world.roles.update_trust_policy(s, "ci", trust(made->arn()))));
  EXPECT_TRUE(stored().contains(made->id));
  ASSERT_TRUE(ok(world.roles.update_trust_policy(s, "ci", trust(alice.arn()))));
  ASSERT_TRUE(ok(world.users.remove(s, "alice")));
  world.user("alice");
  EXPECT_TRUE(world.roles.get(s, "ci")->trust_policy.contains(alice.id));
  EXPECT_FALSE(world.roles.get(s, "ci")->trust_policy.contains(alice.arn()));
}

TEST(ServiceLinkedRoles, AreMadeForTheServicesOfEcr) {
  IamWorld world;
  for (const auto& [service, name, policy] :
       {std::tuple{"replication.ecr.amazonaws.com", "AWSServiceRoleForECRReplication",
                   "ECRReplicationServiceRolePolicy"},
        {"pullthroughcache.ecr.amazonaws.com", "AWSServiceRoleForECRPullThroughCache",
         "AWSECRPullThroughCache_ServiceRolePolicy"},
        {"ecr.amazonaws.com", "AWSServiceRoleForECRTemplate", "ECRTemplateServiceRolePolicy"}}) {
    const auto made = world.roles.create_service_linked(world.scope, {.service = service});
    ASSERT_TRUE(ok(made));
    EXPECT_EQ(made->arn(), std::string("arn:aws:iam::123456789012:role/aws-service-role/") + service + "/" + name);
    const auto attached = world.entity_policies.list_attached(world.scope, role(name), {.after = {}});
    ASSERT_TRUE(ok(attached));
    ASSERT_EQ(attached->items.size(), 1u);
    EXPECT_EQ(attached->items.front().name, policy);
    EXPECT_TRUE(ok(world.policies.get(world.scope, attached->items.front().arn)));
    EXPECT_TRUE(ok(policy::Document::parse(made->trust_policy, policy::Kind::trust)));
  }
  EXPECT_EQ(*world.authorizer.asked.front().context.find("iam:AWSServiceName"),
            std::vector<std::string>{"replication.ecr.amazonaws.com"});
  EXPECT_TRUE(says(Errc::invalid_input,
                   "Service role name AWSServiceRoleForECRTemplate has been taken in this account, please try a "
                   "different suffix.",
                   world.roles.create_service_linked(world.scope, {.service = "ecr.amazonaws.com"})));
  EXPECT_TRUE(
      fails(Errc::invalid_input, world.roles.create_service_linked(world.scope, {.service = "lambda.amazonaws.com"})));
  EXPECT_TRUE(says(Errc::invalid_input, "Custom suffix is not allowed for ecr.amazonaws.com",
                   world.roles.create_service_linked(world.scope, {.service = "ecr.amazonaws.com", .suffix = "x"})));
}

TEST(ServiceLinkedRoles, ArePartOfTheirService) {
  IamWorld world;
  const std::string name = "AWSServiceRoleForECRTemplate";
  ASSERT_TRUE(ok(world.roles.create_service_linked(world.scope, {.service = "ecr.amazonaws.com"})));
  const auto& s = world.scope;
  const auto ref = role(name);
  const auto fixed = [](const auto& result) {
    return says(Errc::entity_unmodifiable,
                "Cannot perform the operation on the protected role 'AWSServiceRoleForECRTemplate' - this role is only "
                "modifiable by AWS",
                result);
  };
  EXPECT_TRUE(fixed(world.roles.remove(s, name)));
  EXPECT_TRUE(fixed(world.roles.update(s, name, "d", std::nullopt)));
  EXPECT_TRUE(fixed(world.roles.update_trust_policy(s, name, std::string(kTrustAccount))));
  EXPECT_TRUE(fixed(world.entity_policies.attach(s, ref, std::string(kReadOnly))));
  EXPECT_TRUE(fixed(world.entity_policies.put_inline(s, ref, {"p", std::string(kAllowAll)})));
  EXPECT_TRUE(fixed(world.entity_policies.put_boundary(s, ref, std::string(kReadOnly))));
  const auto task = world.roles.remove_service_linked(s, name);
  ASSERT_TRUE(ok(task));
  EXPECT_TRUE(task->starts_with("task/aws-service-role/ecr.amazonaws.com/AWSServiceRoleForECRTemplate/"));
  EXPECT_TRUE(ok(world.roles.deletion_status(s, *task)));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.roles.deletion_status(s, "task/x")));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.roles.get(s, name)));
  world.role("mine");
  EXPECT_TRUE(fails(Errc::invalid_input, world.roles.remove_service_linked(s, "mine")));
  EXPECT_TRUE(ok(world.roles.get(s, "mine")));
}

}  // namespace
}  // namespace berth::service::iam
