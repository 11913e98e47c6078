#include "service/iam/users.h"

#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

using base::Errc;

TEST(Users, AreMadeAndFound) {
  IamWorld world;
  const auto made = world.users.create(
      world.scope, {.name = "Alice", .path = "/ops/", .boundary = std::string(kReadOnly), .tags = {{"team", "red"}}});
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->arn(), "arn:aws:iam::123456789012:user/ops/Alice");
  EXPECT_TRUE(made->id.starts_with("AIDA"));
  EXPECT_EQ(made->id.size(), 21u);
  EXPECT_EQ(made->created, world.clock.now());
  const auto found = world.users.get(world.scope, "aLICE");
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(found->id, made->id);
  EXPECT_EQ(found->name, "Alice");
  EXPECT_EQ(found->boundary, kReadOnly);
  EXPECT_EQ(found->tags, (std::vector<model::ResourceTag>{{"team", "red"}}));
  EXPECT_EQ(world.users.get(world.as(*made), std::nullopt)->id, made->id);
  EXPECT_TRUE(says(Errc::validation, "Must specify userName when calling with non-User credentials",
                   world.users.get(world.scope, std::nullopt)));
  EXPECT_TRUE(says(Errc::entity_exists, "User with name alice already exists.",
                   world.users.create(world.scope, {.name = "alice"})));
  EXPECT_TRUE(
      says(Errc::entity_not_found, "The user with name bob cannot be found.", world.users.get(world.scope, "bob")));
}

TEST(Users, HaveNamesAndPathsAsIamWantsThem) {
  IamWorld world;
  const auto create = [&](const std::string& name, const std::string& path) {
    return world.users.create(world.scope, {.name = name, .path = path});
  };
  EXPECT_TRUE(ok(create(std::string(64, 'a'), "/")));
  EXPECT_TRUE(ok(create("a_B+=,.@-9", "/!x/")));
  for (const auto& name : {std::string(), std::string("a b"), std::string("a/b"), std::string("\xc3\xa9"),
                           std::string(65, 'a'), std::string("a:b"), std::string("a*")}) {
    EXPECT_TRUE(fails(Errc::validation, create(name, "/"))) << name;
  }
  for (const auto& path : {std::string(), std::string("ops"), std::string("/ops"), std::string("ops/"),
                           std::string("/o ps/"), "/" + std::string(511, 'a') + "/", std::string("//")}) {
    EXPECT_TRUE(fails(Errc::validation, create("ok", path))) << path;
  }
  EXPECT_TRUE(says(Errc::validation,
                   "The specified value for userName is invalid. It must contain only alphanumeric characters and/or "
                   "the following: +=,.@_-",
                   create("a b", "/")));
  EXPECT_TRUE(says(
      Errc::entity_not_found, "Scope ARN: arn:aws:iam::123456789012:policy/none does not exist or is not attachable.",
      world.users.create(world.scope, {.name = "x", .boundary = "arn:aws:iam::123456789012:policy/none"})));
  EXPECT_TRUE(says(Errc::invalid_input, "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                   world.users.create(world.scope, {.name = "x", .tags = {{"a", "1"}, {"A", "2"}}})));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.users.get(world.scope, "x")));
}

TEST(Users, AreListedInPages) {
  IamWorld world;
  for (const auto* name : {"d", "B", "a", "C"}) world.user(name, *name < 'a' ? "/upper/" : "/");
  std::vector<std::string> seen;
  PageRequest page{.after = {}, .limit = 2};
  for (;;) {
    const auto got = world.users.list(world.scope, page);
    ASSERT_TRUE(ok(got));
    EXPECT_LE(got->items.size(), 2u);
    for (const auto& one : got->items) seen.push_back(one.name);
    if (!got->next) break;
    page.after = *got->next;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "administrator", "B", "C", "d"}));
  EXPECT_EQ(names(world.users.list(world.scope, {.after = {}, .path_prefix = "/upper/"})->items),
            (std::vector<std::string>{"B", "C"}));
  EXPECT_TRUE(fails(Errc::validation, world.users.list(world.scope, {.after = std::string(1, '\0')})));
  EXPECT_TRUE(fails(Errc::validation, world.users.list(world.scope, {.after = {}, .limit = 0})));
  EXPECT_TRUE(fails(Errc::validation, world.users.list(world.scope, {.after = {}, .limit = 1001})));
  EXPECT_TRUE(fails(Errc::validation, world.users.list(world.scope, {.after = {}, .path_prefix = "upper"})));
}

TEST(Users, AreRenamedWithAllTheyHave) {
  IamWorld world;
  const auto alice = world.user("alice");
  world.user("bob");
  ASSERT_TRUE(ok(world.entity_policies.put_inline(world.scope, user("alice"), {"p", std::string(kAllowAll)})));
  ASSERT_TRUE(ok(world.users.update(world.scope, "alice", {.name = "ALICE", .path = "/x/"})));
  EXPECT_EQ(world.users.get(world.scope, "alice")->arn(), "arn:aws:iam::123456789012:user/x/ALICE");
  ASSERT_TRUE(ok(world.users.update(world.scope, "alice", {.name = "carol", .path = {}})));
  EXPECT_EQ(world.users.get(world.scope, "carol")->id, alice.id);
  EXPECT_EQ(world.users.get(world.scope, "carol")->path, "/x/");
  EXPECT_TRUE(ok(world.entity_policies.get_inline(world.scope, user("carol"), "p")));
  EXPECT_TRUE(says(Errc::entity_exists, "User with name Bob already exists.",
                   world.users.update(world.scope, "carol", {.name = "Bob", .path = {}})));
  EXPECT_TRUE(fails(Errc::validation, world.users.update(world.scope, "carol", {.name = "a b", .path = {}})));
  EXPECT_TRUE(fails(Errc::entity_not_found, world.users.update(world.scope, "alice", {.name = "x", .path = {}})));
}

TEST(Users, AreDeletedLast) {
  IamWorld world;
  world.user("alice");
  world.group("dev");
  const auto ref = user("alice");
  ASSERT_TRUE(ok(world.groups.add_user(world.scope, "dev", "alice")));
  ASSERT_TRUE(ok(world.entity_policies.attach(world.scope, ref, std::string(kReadOnly))));
  ASSERT_TRUE(ok(world.entity_policies.put_inline(world.scope, ref, {"p", std::string(kAllowAll)})));
  const auto key = world.access_keys.create(world.scope, "alice");
  ASSERT_TRUE(ok(key));
  const auto remove = [&] { return world.users.remove(world.scope, "alice"); };
  EXPECT_TRUE(says(Errc::delete_conflict, "Cannot delete entity, must detach all policies first.", remove()));
  ASSERT_TRUE(ok(world.entity_policies.detach(world.scope, ref, std::string(kReadOnly))));
  EXPECT_TRUE(says(Errc::delete_conflict, "Cannot delete entity, must delete policies first.", remove()));
  ASSERT_TRUE(ok(world.entity_policies.remove_inline(world.scope, ref, "p")));
  EXPECT_TRUE(says(Errc::delete_conflict, "Cannot delete entity, must delete access keys first.", remove()));
  ASSERT_TRUE(ok(world.access_keys.remove(world.scope, "alice", key->info.id)));
  EXPECT_TRUE(says(Errc::delete_conflict, "Cannot delete entity, must remove users from group first.", remove()));
  EXPECT_TRUE(says(Errc::delete_conflict, "Cannot delete entity, must remove users from group first.",
                   world.groups.remove(world.scope, "dev")));
  ASSERT_TRUE(ok(world.groups.remove_user(world.scope, "dev", "alice")));
  ASSERT_TRUE(ok(remove()));
  EXPECT_TRUE(fails(Errc::entity_not_found, remove()));
  EXPECT_TRUE(ok(world.groups.remove(world.scope, "dev")));
  EXPECT_NE(world.user("alice").id, "");
}

TEST(Groups, HaveUsers) {
  IamWorld world;
  for (const auto* name : {"alice", "bob", "carol"}) world.user(name);
  world.group("dev");
  for (const auto* name : {"carol", "alice", "bob", "bob"}) {
    ASSERT_TRUE(ok(world.groups.add_user(world.scope, "DEV", name)));
  }
  const auto first = world.groups.get(world.scope, "dev", {.after = {}, .limit = 2});
  ASSERT_TRUE(ok(first));
  EXPECT_EQ(first->group.arn(), "arn:aws:iam::123456789012:group/dev");
  EXPECT_TRUE(first->group.id.starts_with("AGPA"));
  EXPECT_EQ(names(first->users.items), (std::vector<std::string>{"alice", "bob"}));
  ASSERT_TRUE(first->users.next);
  const auto second = world.groups.get(world.scope, "dev", {.after = *first->users.next, .limit = 2});
  EXPECT_EQ(names(second->users.items), (std::vector<std::string>{"carol"}));
  EXPECT_FALSE(second->users.next);
  ASSERT_TRUE(ok(world.groups.remove_user(world.scope, "dev", "bob")));
  EXPECT_EQ(names(world.groups.get(world.scope, "dev", {.after = {}})->users.items),
            (std::vector<std::string>{"alice", "carol"}));
  EXPECT_TRUE(says(Errc::entity_not_found, "The group with name ops cannot be found.",
                   world.groups.add_user(world.scope, "ops", "alice")));
  EXPECT_TRUE(says(Errc::entity_not_found, "The user with name dave cannot be found.",
                   world.groups.add_user(world.scope, "dev", "dave")));
  EXPECT_TRUE(
      says(Errc::entity_exists, "Group with name Dev already exists.", world.groups.create(world.scope, "Dev", "/")));
  EXPECT_TRUE(ok(world.groups.create(world.scope, std::string(128, 'g'), "/")));
  EXPECT_TRUE(fails(Errc::validation, world.groups.create(world.scope, std::string(129, 'g'), "/")));
  ASSERT_TRUE(ok(world.groups.update(world.scope, "dev", {.name = "devs", .path = {}})));
  EXPECT_EQ(names(world.users.groups_of(world.scope, "alice", {.after = {}})->items),
            (std::vector<std::string>{"devs"}));
  EXPECT_EQ(world.groups.list(world.scope, {.after = {}})->items.size(), 2u);
}

TEST(Groups, AreTenForAUser) {
  IamWorld world;
  world.user("alice");
  for (int i = 0; i < 11; ++i) world.group("g" + std::to_string(i));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(ok(world.groups.add_user(world.scope, "g" + std::to_string(i), "alice")));
  }
  EXPECT_TRUE(ok(world.groups.add_user(world.scope, "g0", "alice")));
  EXPECT_TRUE(says(Errc::limit_exceeded, "Cannot exceed quota for GroupsPerUser: 10",
                   world.groups.add_user(world.scope, "g10", "alice")));
  EXPECT_EQ(world.users.groups_of(world.scope, "alice", {.after = {}})->items.size(), 10u);
}

TEST(Groups, AreThreeHundredInAnAccount) {
  IamWorld world;
  const auto now = world.clock.now();
  ASSERT_TRUE(ok(world.store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
    for (int i = 0; i < 299; ++i) {
      const auto name = "g" + std::to_string(i);
      BERTH_CHECK(tx.identities().create({.id = "AGPA" + name,
                                          .account = registry().account,
                                          .kind = model::EntityKind::group,
                                          .name = name,
                                          .created = now}));
    }
    return {};
  })));
  EXPECT_TRUE(ok(world.groups.create(world.scope, "last", "/")));
  EXPECT_TRUE(says(Errc::limit_exceeded, "Cannot exceed quota for GroupsPerAccount: 300",
                   world.groups.create(world.scope, "over", "/")));
}

TEST(Users, AreAskedForByTheirWholeArnAndTheirTags) {
  IamWorld world;
  ASSERT_TRUE(ok(world.users.create(
      world.scope, {.name = "alice", .path = "/ops/", .boundary = std::string(kReadOnly), .tags = {{"Team", "red"}}})));
  const auto& asked = world.authorizer.asked;
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].action, "iam:CreateUser");
  EXPECT_EQ(asked[0].resource, "arn:aws:iam::123456789012:user/ops/alice");
  EXPECT_EQ(*asked[0].context.find("aws:RequestTag/Team"), std::vector<std::string>{"red"});
  EXPECT_EQ(*asked[0].context.find("aws:TagKeys"), std::vector<std::string>{"Team"});
  EXPECT_EQ(*asked[0].context.find("iam:PermissionsBoundary"), std::vector<std::string>{std::string(kReadOnly)});
  EXPECT_EQ(asked[1].action, "iam:TagUser");
  world.authorizer.asked.clear();
  ASSERT_TRUE(ok(world.entity_policies.attach(world.scope, user("alice"), std::string(kReadOnly))));
  EXPECT_EQ(asked[0].action, "iam:AttachUserPolicy");
  EXPECT_EQ(asked[0].resource, "arn:aws:iam::123456789012:user/ops/alice");
  EXPECT_EQ(*asked[0].context.find("iam:PolicyARN"), std::vector<std::string>{std::string(kReadOnly)});
  EXPECT_EQ(*asked[0].context.find("aws:ResourceTag/team"), std::vector<std::string>{"red"});
  EXPECT_EQ(*asked[0].context.find("iam:ResourceTag/Team"), std::vector<std::string>{"red"});
  EXPECT_EQ(*asked[0].context.find("iam:PermissionsBoundary"), std::vector<std::string>{std::string(kReadOnly)});
  world.authorizer.asked.clear();
  EXPECT_FALSE(world.users.get(world.scope, "nobody"));
  EXPECT_EQ(asked[0].resource, "arn:aws:iam::123456789012:user/nobody");
}

}  // namespace
}  // namespace berth::service::iam
