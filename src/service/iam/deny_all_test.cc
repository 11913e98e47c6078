// No method of these services tells or changes anything before it has asked.
#include "service/iam/absent.h"
#include "service/iam/iam_test_support.h"

namespace berth::service::iam {
namespace {

// What a snapshot of everything looks like, to see that nothing changed.
std::string everything(IamWorld& world) {
  const auto all = world.info.details(world.scope, {});
  EXPECT_TRUE(ok(all));
  std::string text;
  for (const auto& one : all->entities) {
    const auto& e = one.entity;
    text += e.arn() + e.id + e.boundary.value_or("-") + e.trust_policy + e.description.value_or("-") + "\n";
    for (const auto& tag : e.tags) text += tag.key + "=" + tag.value + ",";
    for (const auto& policy : one.inline_policies) text += policy.name + policy.document + ",";
    for (const auto& policy : one.attached) text += policy.arn + ",";
    for (const auto& group : one.groups) text += group + ",";
  }
  for (const auto& one : all->policies) {
    text += one.policy.arn() + std::to_string(one.policy.default_version) + "/" + std::to_string(one.versions.size());
  }
  for (const auto& provider : *world.providers.list(world.scope)) {
    text += provider.arn() + std::to_string(provider.client_ids.size());
  }
  for (const auto& alias : *world.info.aliases(world.scope)) text += alias;
  for (const auto& account : world.accounts.list(world.scope, {})->items) {
    text += account.id.text() + std::to_string(static_cast<int>(account.status));
  }
  for (const auto& policy : world.organization.list_policies(world.scope, {})->items) text += policy.id + policy.name;
  for (const auto& key : world.access_keys.list(world.scope, "there", {})->items) {
    text += key.id + (key.active ? "+" : "-");
  }
  return text;
}

TEST(DenyAll, StopsEveryMethodOfIam) {
  IamWorld world;
  world.user("there", "/p/");
  world.role("there");
  world.group("there");
  const auto arn = world.policy("there");
  const auto key = world.access_keys.create(world.scope, "there")->info.id;
  const auto provider = world.providers.create(world.scope, {.url = "https://there.example.com"})->arn();
  ASSERT_TRUE(ok(world.info.create_alias(world.scope, "there")));
  ASSERT_TRUE(ok(world.entity_policies.put_inline(world.scope, user("there"), {"there", std::string(kAllowAll)})));
  ASSERT_TRUE(ok(world.groups.add_user(world.scope, "there", "there")));
  const auto member = world.accounts.create(world.scope, {.name = "B", .email = "b@example.com"});
  const auto account = member->creation.account->text();
  const auto scp = world.organization.create_policy(
      world.scope, {.name = "scp", .description = {}, .document = std::string(kAllowAll)});
  const auto before = everything(world);

  const auth::DenyAll nobody;
  const Core core{.store = world.store,
                  .blobs = world.core.blobs,
                  .authorizer = nobody,
                  .clock = world.clock,
                  .random = world.core.random,
                  .limits = {}};
  UserService users(core);
  GroupService groups(core);
  RoleService roles(core);
  EntityPolicyService entity_policies(core);
  PolicyService policies(core);
  TagService tags(core);
  AccessKeyService keys(core, world.keys);
  OidcProviderService providers(core);
  AccountInfoService info(core);
  AccountService accounts(core, world.keys);
  OrganizationService organization(core);
  AbsentService absent(core);
  const auto& s = world.scope;
  const std::string document(kAllowAll);
  const std::string trust(kTrustAccount);
  const auto denied = [](const auto& result) { return fails(base::Errc::access_denied, result); };

  for (const std::string name : {"there", "not-there", "not valid/"}) {
    const auto pol = name == "there" ? arn : "arn:aws:iam::123456789012:policy/" + name;
    const auto oidc = name == "there" ? provider : name;
    const auto id = name == "there" ? key : name;
    EXPECT_TRUE(denied(users.create(s, {.name = name, .tags = {{"k", "v"}}})));
    EXPECT_TRUE(denied(users.get(s, name)));
    EXPECT_TRUE(denied(users.get(s, std::nullopt)));
    EXPECT_TRUE(denied(users.list(s, {})));
    EXPECT_TRUE(denied(users.update(s, name, {.name = "new", .path = {}})));
    EXPECT_TRUE(denied(users.remove(s, name)));
    EXPECT_TRUE(denied(users.groups_of(s, name, {})));
    EXPECT_TRUE(denied(groups.create(s, name, "/")));
    EXPECT_TRUE(denied(groups.get(s, name, {})));
    EXPECT_TRUE(denied(groups.list(s, {})));
    EXPECT_TRUE(denied(groups.update(s, name, {.name = "new", .path = {}})));
    EXPECT_TRUE(denied(groups.remove(s, name)));
    EXPECT_TRUE(denied(groups.add_user(s, name, "administrator")));
    EXPECT_TRUE(denied(groups.remove_user(s, name, "there")));
    EXPECT_TRUE(denied(roles.create(s, {.name = name, .trust_policy = trust})));
    EXPECT_TRUE(denied(roles.get(s, name)));
    EXPECT_TRUE(denied(roles.list(s, {})));
    EXPECT_TRUE(denied(roles.update(s, name, "d", 7200)));
    EXPECT_TRUE(denied(roles.update_description(s, name, "d")));
    EXPECT_TRUE(denied(roles.update_trust_policy(s, name, trust + " ")));
    EXPECT_TRUE(denied(roles.remove(s, name)));
    EXPECT_TRUE(denied(roles.list_instance_profiles(s, name)));
    EXPECT_TRUE(denied(roles.create_service_linked(s, {.service = "ecr.amazonaws.com"})));
    EXPECT_TRUE(denied(roles.create_service_linked(s, {.service = name})));
    EXPECT_TRUE(denied(roles.remove_service_linked(s, name)));
    EXPECT_TRUE(denied(roles.deletion_status(s, "task/" + name)));
    for (const auto& ref : {user(name), role(name), group(name)}) {
      EXPECT_TRUE(denied(entity_policies.put_inline(s, ref, {"p", document})));
      EXPECT_TRUE(denied(entity_policies.get_inline(s, ref, "there")));
      EXPECT_TRUE(denied(entity_policies.list_inline(s, ref, {})));
      EXPECT_TRUE(denied(entity_policies.remove_inline(s, ref, "there")));
      EXPECT_TRUE(denied(entity_policies.attach(s, ref, pol)));
      EXPECT_TRUE(denied(entity_policies.detach(s, ref, pol)));
      EXPECT_TRUE(denied(entity_policies.list_attached(s, ref, {})));
      EXPECT_TRUE(denied(entity_policies.put_boundary(s, ref, pol)));
      EXPECT_TRUE(denied(entity_policies.remove_boundary(s, ref)));
    }
    EXPECT_TRUE(denied(policies.create(s, {.name = name, .document = document})));
    EXPECT_TRUE(denied(policies.get(s, pol)));
    EXPECT_TRUE(denied(policies.list(s, {})));
    EXPECT_TRUE(denied(policies.remove(s, pol)));
    EXPECT_TRUE(denied(policies.entities(s, pol, {})));
    EXPECT_TRUE(denied(policies.create_version(s, pol, document, true)));
    EXPECT_TRUE(denied(policies.get_version(s, pol, "v1")));
    EXPECT_TRUE(denied(policies.list_versions(s, pol, {})));
    EXPECT_TRUE(denied(policies.set_default(s, pol, "v1")));
    EXPECT_TRUE(denied(policies.remove_version(s, pol, "v1")));
    using Kind = Taggable::Kind;
    for (const auto& owner : {Taggable{Kind::user, name}, Taggable{Kind::role, name}, Taggable{Kind::policy, pol},
                              Taggable{Kind::oidc_provider, oidc}}) {
      EXPECT_TRUE(denied(tags.tag(s, owner, {{"k", "v"}})));
      EXPECT_TRUE(denied(tags.untag(s, owner, {"k"})));
      EXPECT_TRUE(denied(tags.list(s, owner, {})));
    }
    EXPECT_TRUE(denied(keys.create(s, name)));
    EXPECT_TRUE(denied(keys.create(s, std::nullopt)));
    EXPECT_TRUE(denied(keys.list(s, name, {})));
    EXPECT_TRUE(denied(keys.set_active(s, name, id, false)));
    EXPECT_TRUE(denied(keys.remove(s, name, id)));
    EXPECT_TRUE(denied(keys.last_used(s, id)));
    EXPECT_TRUE(denied(providers.create(s, {.url = "https://" + name})));
    EXPECT_TRUE(denied(providers.get(s, oidc)));
    EXPECT_TRUE(denied(providers.list(s)));
    EXPECT_TRUE(denied(providers.remove(s, oidc)));
    EXPECT_TRUE(denied(providers.add_client_id(s, oidc, "c")));
    EXPECT_TRUE(denied(providers.remove_client_id(s, oidc, "c")));
    EXPECT_TRUE(denied(providers.set_thumbprints(s, oidc, {})));
    EXPECT_TRUE(denied(info.create_alias(s, name)));
    EXPECT_TRUE(denied(info.remove_alias(s, name)));
    EXPECT_TRUE(denied(info.aliases(s)));
    EXPECT_TRUE(denied(info.summary(s)));
    EXPECT_TRUE(denied(info.details(s, {})));

    const auto target = name == "there" ? account : name;
    const auto control = name == "there" ? scp->id : name;
    EXPECT_TRUE(denied(accounts.create_first(s, {.name = name, .email = "x@example.com"})));
    EXPECT_TRUE(denied(accounts.create(s, {.name = name, .email = "x@example.com"})));
    EXPECT_TRUE(denied(accounts.creation(s, name == "there" ? member->creation.id : name)));
    EXPECT_TRUE(denied(accounts.creations(s, {})));
    EXPECT_TRUE(denied(accounts.describe(s, target)));
    EXPECT_TRUE(denied(accounts.list(s, {})));
    EXPECT_TRUE(denied(accounts.close(s, target)));
    EXPECT_TRUE(denied(accounts.list_below(s, target, {})));
    EXPECT_TRUE(denied(accounts.parent(s, target)));
    EXPECT_TRUE(denied(absent.of_user(s, "iam:ListMFADevices", name)));
    EXPECT_TRUE(denied(absent.of_account(s, "iam:ListSAMLProviders")));
    EXPECT_TRUE(denied(organization.describe(s)));
    EXPECT_TRUE(denied(organization.management(s)));
    EXPECT_TRUE(denied(organization.roots(s)));
    EXPECT_TRUE(denied(organization.root(s, "organizations:EnablePolicyType", target)));
    EXPECT_TRUE(denied(organization.create_policy(s, {.name = name, .description = {}, .document = document})));
    EXPECT_TRUE(denied(organization.update_policy(s, control, {.name = "n", .description = {}, .document = {}})));
    EXPECT_TRUE(denied(organization.describe_policy(s, control)));
    EXPECT_TRUE(denied(organization.list_policies(s, {})));
    EXPECT_TRUE(denied(organization.remove_policy(s, control)));
    EXPECT_TRUE(denied(organization.attach(s, control, target)));
    EXPECT_TRUE(denied(organization.detach(s, "p-FullAWSAccess", target)));
    EXPECT_TRUE(denied(organization.policies_of(s, target, {})));
    EXPECT_TRUE(denied(organization.targets_of(s, control, {})));
  }
  EXPECT_EQ(everything(world), before);
}

}  // namespace
}  // namespace berth::service::iam
