#include "service/iam/simulation.h"

#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using policy::Outcome;

std::string document(std::string_view effect, std::string_view action, std::string_view condition = "") {
  std::string text = R"({"Version":"2012-10-17","Statement":[{"Effect":")";
  text.append(effect).append(R"(","Action":")").append(action).append(R"(","Resource":"*")");
  if (!condition.empty()) text.append(R"(,"Condition":)").append(condition);
  return text.append("}]}");
}

TEST(Simulation, TriesWhatAPrincipalMay) {
  IamWorld world;
  SimulationService simulation(world.core);
  const auto& s = world.scope;
  const auto alice = world.user("alice", "/ops/");
  world.group("dev");
  ASSERT_TRUE(ok(world.groups.add_user(s, "dev", "alice")));
  ASSERT_TRUE(ok(world.entity_policies.attach(s, group("dev"), std::string(kReadOnly))));
  ASSERT_TRUE(ok(world.entity_policies.put_inline(s, user("alice"), {"no", document("Deny", "ecr:DescribeImages")})));
  const auto decide = [&](const std::string& action, Simulation extra = {}) {
    extra.actions = {action};
    const auto made = simulation.principal(s, alice.arn(), extra);
    EXPECT_TRUE(ok(made));
    return made->front().decision.outcome;
  };
  EXPECT_EQ(decide("ecr:BatchGetImage"), Outcome::allowed);
  EXPECT_EQ(decide("ecr:DescribeImages"), Outcome::explicit_deny);
  EXPECT_EQ(decide("ecr:PutImage"), Outcome::implicit_deny);
  EXPECT_EQ(decide("ecr:PutImage", {.documents = {document("Allow", "ecr:Put*")}}), Outcome::allowed);
  EXPECT_EQ(decide("ecr:BatchGetImage", {.boundary = document("Allow", "s3:*")}), Outcome::implicit_deny);
  ASSERT_TRUE(ok(world.entity_policies.put_boundary(s, user("alice"), std::string(kReadOnly))));
  EXPECT_EQ(decide("ecr:PutImage", {.documents = {document("Allow", "ecr:Put*")}}), Outcome::implicit_deny);
  const auto all = simulation.principal(
      s, alice.arn(),
      {.actions = {"ecr:PutImage", "ecr:BatchGetImage"}, .resources = {"*", "arn:aws:ecr:us-east-1:1:repository/a"}});
  ASSERT_TRUE(ok(all));
  EXPECT_EQ(all->size(), 4u);
  EXPECT_EQ((*all)[2].decision.matches.front().policy, kReadOnly);
  EXPECT_TRUE(fails(Errc::entity_not_found,
                    simulation.principal(s, "arn:aws:iam::123456789012:user/nobody", {.actions = {"ecr:PutImage"}})));
  EXPECT_TRUE(fails(Errc::invalid_input,
                    simulation.principal(s, "arn:aws:iam::999999999999:user/alice", {.actions = {"ecr:PutImage"}})));
}

TEST(Simulation, CountsServiceControlPolicies) {
  IamWorld world;
  SimulationService simulation(world.core);
  const auto made = world.accounts.create(world.scope, {.name = "B", .email = "b@example.com"});
  auto member = world.scope;
  member.caller = auth::Caller::root(*made->creation.account, "AKIA");
  const auto arn = world.roles.get(member, "OrganizationAccountAccessRole")->arn();
  const auto outcome = [&] {
    return simulation.principal(member, arn, {.actions = {"ecr:PutImage"}})->front().decision.outcome;
  };
  EXPECT_EQ(outcome(), Outcome::allowed);
  const auto scp = world.organization.create_policy(
      world.scope, {.name = "no", .description = {}, .document = document("Deny", "ecr:PutImage")});
  ASSERT_TRUE(ok(world.organization.attach(world.scope, scp->id, made->creation.account->text())));
  EXPECT_EQ(outcome(), Outcome::explicit_deny);
}

TEST(Simulation, TriesDocuments) {
  IamWorld world;
  SimulationService simulation(world.core);
  const auto& s = world.scope;
  const auto tagged =
      document("Allow", "ecr:PutImage", R"({"StringEquals":{"aws:PrincipalTag/Team":"${aws:username}"}})");
  const auto without = simulation.custom(s, {.documents = {tagged}, .actions = {"ecr:PutImage"}});
  ASSERT_TRUE(ok(without));
  EXPECT_EQ(without->front().decision.outcome, Outcome::implicit_deny);
  EXPECT_EQ(without->front().missing_context, (std::vector<std::string>{"aws:PrincipalTag/Team", "aws:username"}));
  const auto with = simulation.custom(s, {.documents = {tagged},
                                          .actions = {"ecr:PutImage"},
                                          .context = {{"aws:principaltag/team", "red"}, {"aws:username", "red"}}});
  EXPECT_EQ(with->front().decision.outcome, Outcome::allowed);
  EXPECT_TRUE(with->front().missing_context.empty());
  EXPECT_EQ(*simulation.context_keys(s, {tagged, tagged}),
            (std::vector<std::string>{"aws:PrincipalTag/Team", "aws:username"}));
  const auto alice = world.user("alice");
  ASSERT_TRUE(ok(world.entity_policies.put_inline(s, user("alice"), {"p", tagged})));
  EXPECT_EQ(simulation.principal_context_keys(s, alice.arn(), {})->size(), 2u);

  const std::string open = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":)"
                           R"("arn:aws:iam::123456789012:user/bob"},"Action":"ecr:PutImage"}]})";
  const Simulation by_resource{
      .actions = {"ecr:PutImage"}, .resource_policy = open, .caller = "arn:aws:iam::123456789012:user/bob"};
  EXPECT_EQ(simulation.custom(s, by_resource)->front().decision.outcome, Outcome::allowed);
  auto elsewhere = by_resource;
  elsewhere.resource_owner = "arn:aws:iam::999999999999:root";
  EXPECT_EQ(simulation.custom(s, elsewhere)->front().decision.outcome, Outcome::implicit_deny);

  for (const Simulation& bad :
       {Simulation{.documents = {"{"}, .actions = {"ecr:PutImage"}}, Simulation{.documents = {tagged}},
        Simulation{.documents = {tagged}, .actions = {"PutImage"}}, Simulation{.actions = {"ecr:*"}},
        Simulation{.actions = {"ecr:PutImage"}, .resource_owner = "x"}}) {
    EXPECT_TRUE(fails(Errc::invalid_input, simulation.custom(s, bad)));
  }
  EXPECT_TRUE(fails(Errc::invalid_input, simulation.context_keys(s, {"[]"})));
}

TEST(Simulation, AsksFirst) {
  IamWorld world;
  const auto alice = world.user("alice");
  const auth::DenyAll nobody;
  const Core core{.store = world.store,
                  .blobs = world.core.blobs,
                  .authorizer = nobody,
                  .clock = world.clock,
                  .random = world.core.random,
                  .limits = {}};
  SimulationService simulation(core);
  for (const auto& arn : {alice.arn(), std::string("nonsense")}) {
    EXPECT_TRUE(fails(Errc::access_denied, simulation.principal(world.scope, arn, {})));
    EXPECT_TRUE(fails(Errc::access_denied, simulation.principal_context_keys(world.scope, arn, {})));
  }
  EXPECT_TRUE(fails(Errc::access_denied, simulation.custom(world.scope, {})));
  EXPECT_TRUE(fails(Errc::access_denied, simulation.context_keys(world.scope, {})));
}

}  // namespace
}  // namespace berth::service::iam
