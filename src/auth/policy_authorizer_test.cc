#include "auth/policy_authorizer.h"

#include "auth/auth_test_support.h"
#include "auth/people_test_support.h"
#include "sql/sqlite/database.h"

namespace berth::auth {
namespace {

constexpr std::string_view kReadAll =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}})";
constexpr std::string_view kEverything =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";

// {"Version":...,"Statement":[...]} with ' for ".
std::string policy(std::string statements) {
  auto text = "{'Version':'2012-10-17','Statement':[" + std::move(statements) + "]}";
  std::ranges::replace(text, '\'', '"');
  return text;
}
std::string on_condition(std::string_view condition) {
  return policy("{'Effect':'Allow','Action':'*','Resource':'*','Condition':" + std::string(condition) + "}");
}

struct PolicyAuthorizerTest : testing::Test {
  PolicyAuthorizerTest() {
    EXPECT_TRUE(store.migrate());
    people.account(own);
    people.account(other);
    make(app);
  }

  void make(const model::RepositoryRef& ref, std::vector<model::ResourceTag> tags = {}) {
    people.write([&](meta::Tx& tx) -> base::Result<void> {
      const std::string id = "repository-" + std::to_string(++made);
      BERTH_CHECK(tx.repositories().create({.id = id, .ref = ref, .created = {}, .mutability = {}}));
      for (const auto& tag : tags) BERTH_CHECK(tx.repositories().put_tag(id, tag));
      return {};
    });
  }
  void set_policy(const model::RepositoryRef& ref, const std::string& document) {
    people.write([&](meta::Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto found, tx.repositories().find(ref));
      return tx.policies().put(found->id, document);
    });
  }
  base::Result<void> ask(const Caller& caller, Action action, const Resource& resource, policy::Context context = {}) {
    return authorizer.require({.caller = caller,
                               .origin = origin,
                               .action = name(action),
                               .resource = resource,
                               .context = std::move(context)});
  }
  bool may(const Caller& caller, Action action, const model::RepositoryRef& ref) {
    const auto answer = ask(caller, action, Resource::repository(ref));
    if (!answer) EXPECT_EQ(answer.error().code, base::Errc::access_denied) << answer.error().message;
    return answer.has_value();
  }
  bool reads(const Caller& caller) { return may(caller, Action::batch_get_image, app); }

  std::unique_ptr<sql::sqlite::SqliteDatabase> db = sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
  meta::Store store{*db};
  People people{store};
  base::ManualClock clock;
  PolicyAuthorizer authorizer{store, clock};
  Origin origin{.source_ip = "192.0.2.7", .secure = true, .user_agent = "docker/28", .referer = "http://r/"};
  model::AccountId own = account(), other = account("210987654321");
  model::RepositoryRef app = repository("team/app");
  int made = 0;  // repositories; a removed one keeps its id for a while
};

TEST_F(PolicyAuthorizerTest, IdentityPoliciesDecideInTheirAccount) {
  const auto alice = people.user(own, "alice");
  EXPECT_FALSE(reads(alice));
  people.allow(alice, kReadAll);
  EXPECT_TRUE(reads(alice));
  EXPECT_FALSE(may(alice, Action::put_image, app));
  EXPECT_TRUE(may(alice, Action::batch_get_image, repository("no/where")));  // existence is none of its business
  EXPECT_FALSE(may(alice, Action::batch_get_image, repository("team/app", "210987654321")));
  const auto answer = ask(alice, Action::put_image, Resource::repository(app));
  EXPECT_EQ(answer.error().message,
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: ecr:PutImage on resource: "
            "arn:aws:ecr:us-east-1:123456789012:repository/team/app because no identity-based policy allows the "
            "ecr:PutImage action");
  people.attach(alice, "AdministratorAccess");
  EXPECT_TRUE(may(alice, Action::put_image, app));
}

TEST_F(PolicyAuthorizerTest, AGroupsPoliciesAreItsMembers) {
  const auto alice = people.user(own, "alice");
  const auto group = people.entity(own, model::EntityKind::group, "readers");
  people.write([&](meta::Tx& tx) {
    return tx.entity_policies().put_inline(group.id, {.name = "p", .document = std::string(kReadAll)});
  });
  EXPECT_FALSE(reads(alice));
  people.write([&](meta::Tx& tx) { return tx.identities().join(group.id, alice.entity_id); });
  EXPECT_TRUE(reads(alice));
  people.write([&](meta::Tx& tx) { return tx.identities().leave(group.id, alice.entity_id); });
  EXPECT_FALSE(reads(alice));
}

TEST_F(PolicyAuthorizerTest, AcrossAccountsBothMustAllow) {
  const auto bob = people.user(other, "bob");
  EXPECT_FALSE(reads(bob));
  people.allow(bob, kEverything);
  EXPECT_FALSE(reads(bob));
  set_policy(app, policy("{'Effect':'Allow','Principal':{'AWS':'210987654321'},'Action':'ecr:BatchGetImage'}"));
  EXPECT_TRUE(reads(bob));
  EXPECT_FALSE(may(bob, Action::put_image, app));
  EXPECT_FALSE(may(people.user(other, "carol"), Action::batch_get_image, app));
}

TEST_F(PolicyAuthorizerTest, WhoIsNoMoreMayDoNothing) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, kEverything);
  EXPECT_TRUE(reads(alice));
  EXPECT_TRUE(authorizer.require_alive(alice));
  people.write([&](meta::Tx& tx) { return tx.access_keys().set_active(alice.access_key_id, false); });
  EXPECT_FALSE(reads(alice));
  BERTH_EXPECT_FAILS(authorizer.require_alive(alice), base::Errc::access_denied);
  people.write([&](meta::Tx& tx) { return tx.access_keys().set_active(alice.access_key_id, true); });
  EXPECT_TRUE(reads(alice));
  set_policy(app, policy("{'Effect':'Allow','Principal':'*','Action':'*'}"));
  people.write([&](meta::Tx& tx) { return tx.identities().remove(alice.entity_id); });
  EXPECT_FALSE(reads(alice));

  const auto builder = people.role(own, "builder");
  EXPECT_TRUE(reads(builder));
  people.write([&](meta::Tx& tx) { return tx.identities().remove(builder.entity_id); });
  EXPECT_FALSE(reads(builder));

  const auto bob = people.user(other, "bob");
  people.allow(bob, kEverything);
  EXPECT_TRUE(reads(bob));
  people.write([&](meta::Tx& tx) { return tx.accounts().set_status(other, model::AccountStatus::suspended); });
  EXPECT_FALSE(reads(bob));
}

TEST_F(PolicyAuthorizerTest, WhatAClosedAccountHasIsNobodys) {
  const auto theirs = repository("x/y", "210987654321");
  make(theirs);
  set_policy(theirs, policy("{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'*'},"
                            "{'Effect':'Allow','Principal':'*','Action':'ecr:BatchGetImage',"
                            "'Condition':{'Bool':{'berth:Anonymous':'true'}}}"));
  const auto alice = people.user(own, "alice");
  people.allow(alice, kEverything);
  EXPECT_TRUE(may(alice, Action::batch_get_image, theirs));
  EXPECT_TRUE(may(Caller::anonymous(), Action::batch_get_image, theirs));
  people.write([&](meta::Tx& tx) { return tx.accounts().set_status(other, model::AccountStatus::suspended); });
  EXPECT_FALSE(may(alice, Action::batch_get_image, theirs));
  EXPECT_FALSE(may(Caller::anonymous(), Action::batch_get_image, theirs));
}

TEST_F(PolicyAuthorizerTest, BoundariesAndSessionsAndServiceControlAreFilters) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, kEverything);
  people.bound(alice, std::string(model::kAwsPolicyPrefix) + "AmazonEC2ContainerRegistryReadOnly");
  EXPECT_TRUE(reads(alice));
  EXPECT_FALSE(may(alice, Action::put_image, app));
  people.bound(alice, "arn:aws:iam::123456789012:policy/gone");
  EXPECT_FALSE(reads(alice));

  const auto builder = people.role(own, "builder", {.issued = {}, .expires = {}, .policies = {std::string(kReadAll)}});
  people.allow(builder, kEverything);
  EXPECT_TRUE(reads(builder));
  EXPECT_FALSE(may(builder, Action::put_image, app));
  auto by_arn = builder;
  by_arn.access_key_id = "ASIAOTHER";
  by_arn.session->policies.clear();
  by_arn.session->policy_arns = {std::string(model::kAwsPolicyPrefix) + "AmazonEC2ContainerRegistryPowerUser"};
  EXPECT_TRUE(may(by_arn, Action::put_image, app));
  EXPECT_FALSE(may(by_arn, Action::delete_repository, app));

  const auto theirs = repository("x/y", "210987654321");
  make(theirs);
  const auto bob = people.user(other, "bob");
  people.allow(bob, kEverything);
  EXPECT_TRUE(may(bob, Action::put_image, theirs));
  people.service_control("p-noputs", other.text(), policy("{'Effect':'Deny','Action':'ecr:PutImage','Resource':'*'}"));
  EXPECT_FALSE(may(bob, Action::put_image, theirs));
  EXPECT_TRUE(may(bob, Action::batch_get_image, theirs));
  const auto denied = ask(bob, Action::put_image, Resource::repository(theirs));
  EXPECT_TRUE(denied.error().message.ends_with("with an explicit deny in a service control policy"))
      << denied.error().message;
  // The management account is not bounded.
  people.service_control("p-nothing", own.text(), policy("{'Effect':'Deny','Action':'*','Resource':'*'}"));
  const auto carol = people.user(own, "carol");
  people.allow(carol, kEverything);
  EXPECT_TRUE(may(carol, Action::put_image, app));
}

TEST_F(PolicyAuthorizerTest, AFederatedUserMayDoWhatItsUserAndItsSessionAllow) {
  auto federated = people.user(own, "alice");
  people.allow(federated, kReadAll);
  federated.kind = CallerKind::federated;
  federated.arn = "arn:aws:sts::123456789012:federated-user/bob";
  federated.session = Session{.issued = {}, .expires = {}};
  EXPECT_FALSE(reads(federated));
  federated.access_key_id = "ASIAOTHER";
  federated.session->policies = {std::string(kEverything)};
  EXPECT_TRUE(reads(federated));
  EXPECT_FALSE(may(federated, Action::put_image, app));
}

TEST_F(PolicyAuthorizerTest, AnEndpointsPolicyBoundsWhatComesThroughIt) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, kEverything);
  const auto only_read = policy::Document::parse(
      policy("{'Effect':'Allow','Principal':'*','Action':'ecr:BatchGetImage','Resource':'*'}"), policy::Kind::endpoint);
  origin.endpoint = {.vpce = "vpce-1", .vpc = "vpc-1", .policy = only_read.value()};
  EXPECT_TRUE(reads(alice));
  EXPECT_FALSE(may(alice, Action::put_image, app));
  origin.endpoint->policy = nullptr;
  EXPECT_TRUE(may(alice, Action::put_image, app));
}

TEST_F(PolicyAuthorizerTest, RegistryPolicies) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, kEverything);
  const auto put = [&](const std::string& document) {
    people.write([&](meta::Tx& tx) { return tx.policies().put(registry(), document); });
  };
  const auto scope = [&](const std::string& value) {
    people.write([&](meta::Tx& tx) { return tx.policies().put_setting(registry(), "REGISTRY_POLICY_SCOPE", value); });
  };
  put(policy("{'Effect':'Deny','Principal':'*','Action':['ecr:PutImage','ecr:CreateRepository'],'Resource':'*'}"));
  EXPECT_FALSE(may(alice, Action::put_image, app));
  EXPECT_FALSE(may(alice, Action::create_repository, app));
  scope("V1");
  EXPECT_TRUE(may(alice, Action::put_image, app));
  EXPECT_FALSE(may(alice, Action::create_repository, app));
  scope("V2");
  EXPECT_FALSE(may(alice, Action::put_image, app));
  // Tokens come from identity policies alone.
  put(policy("{'Effect':'Deny','Principal':'*','Action':'ecr:*','Resource':'*'}"));
  EXPECT_TRUE(ask(alice, Action::get_authorization_token, Resource::registry(registry())));
  EXPECT_FALSE(ask(alice, Action::describe_registry, Resource::registry(registry())));
  // Another region is another registry.
  auto elsewhere = app;
  elsewhere.registry.region = region("eu-west-1");
  EXPECT_TRUE(may(alice, Action::put_image, elsewhere));
}

TEST_F(PolicyAuthorizerTest, NobodyReadsWhatIsNotOpenToEverybody) {
  const auto nobody = Caller::anonymous();
  EXPECT_FALSE(reads(nobody));
  set_policy(app, policy("{'Effect':'Allow','Principal':'*','Action':'ecr:BatchGetImage'}"));
  EXPECT_FALSE(reads(nobody));
  set_policy(app, policy("{'Effect':'Allow','Principal':'*','Action':'ecr:BatchGetImage',"
                         "'Condition':{'Bool':{'berth:Anonymous':'true'}}}"));
  EXPECT_TRUE(reads(nobody));
  EXPECT_FALSE(may(nobody, Action::put_image, app));
}

TEST_F(PolicyAuthorizerTest, APolicyThatIsNotSetYetCanBeTried) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, kEverything);
  auto locked = Resource::repository(app);
  locked.policy =
      policy::Document::parse(policy("{'Effect':'Deny','Principal':'*','Action':'*'}"), policy::Kind::repository)
          .value();
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(ask(alice, Action::set_repository_policy, locked));
    EXPECT_TRUE(ask(alice, Action::set_repository_policy, Resource::repository(app)));
  }
}

TEST_F(PolicyAuthorizerTest, FillsTheConditionKeys) {
  make(repository("team/tagged"), {{"Stage", "prod"}});
  const auto alice = people.user(own, "alice");
  people.tag(alice, "Team", "red");
  const auto holds = [&](std::string_view condition, const Caller& caller) {
    people.allow(caller, on_condition(condition));
    return may(caller, Action::put_image, repository("team/tagged"));
  };
  for (const auto* condition : {
           "{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}}",
           "{'Null':{'aws:SourceVpce':'true','aws:SourceVpc':'true','aws:VpcSourceIp':'true'}}",
           "{'Bool':{'aws:SecureTransport':'true'}}",
           "{'StringLike':{'aws:UserAgent':'docker/*','aws:Referer':'http://r/'}}",
           "{'DateGreaterThan':{'aws:CurrentTime':'2023-11-14T22:13:19Z'}}",
           "{'DateLessThan':{'aws:CurrentTime':'2023-11-14T22:13:21Z'}}",
           "{'NumericEquals':{'aws:EpochTime':'1700000000'}}",
           "{'StringEquals':{'aws:RequestedRegion':'us-east-1'}}",
           "{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::123456789012:user/alice'}}",
           "{'StringEquals':{'aws:PrincipalAccount':'123456789012','aws:PrincipalOrgID':'o-exampleorg'}}",
           "{'ForAnyValue:StringLike':{'aws:PrincipalOrgPaths':'o-exampleorg/r-root/*'}}",
           "{'StringEquals':{'aws:PrincipalTag/Team':'red','aws:PrincipalType':'User','aws:username':'alice'}}",
           "{'Bool':{'aws:PrincipalIsAWSService':'false','aws:ViaAWSService':'false'}}",
           "{'Null':{'aws:TokenIssueTime':'true','aws:MultiFactorAuthPresent':'true','aws:FederatedProvider':'true'}}",
           "{'Null':{'aws:SourceIdentity':'true','aws:PrincipalServiceName':'true'}}",
           "{'StringEquals':{'aws:ResourceAccount':'123456789012','aws:ResourceOrgID':'o-exampleorg'}}",
           "{'StringEquals':{'aws:ResourceTag/Stage':'prod','ecr:ResourceTag/Stage':'prod'}}",
       }) {
    std::string text = condition;
    EXPECT_TRUE(holds(text, alice)) << condition;
  }
  EXPECT_FALSE(holds("{'StringEquals':{'aws:PrincipalTag/Team':'blue'}}", alice));
  EXPECT_FALSE(holds("{'IpAddress':{'aws:SourceIp':'198.51.100.0/24'}}", alice));

  const auto now = clock.now();
  const auto builder = people.role(own, "builder",
                                   {.issued = now - std::chrono::seconds(90),
                                    .expires = now + std::chrono::hours(1),
                                    .tags = {{"Team", "blue"}},
                                    .provider = "arn:aws:iam::123456789012:oidc-provider/issuer",
                                    .source_identity = "alice",
                                    .mfa = true});
  people.tag(builder, "Team", "red");
  people.tag(builder, "Own", "yes");
  for (const auto* condition : {
           "{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::123456789012:role/builder'}}",
           "{'StringEquals':{'aws:PrincipalTag/Team':'blue','aws:PrincipalTag/Own':'yes'}}",
           "{'StringEquals':{'aws:PrincipalType':'AssumedRole','aws:SourceIdentity':'alice'}}",
           "{'StringEquals':{'aws:FederatedProvider':'arn:aws:iam::123456789012:oidc-provider/issuer'}}",
           "{'DateLessThan':{'aws:TokenIssueTime':'2023-11-14T22:12:00Z'}}",
           "{'Bool':{'aws:MultiFactorAuthPresent':'true'},'NumericEquals':{'aws:MultiFactorAuthAge':'90'}}",
           "{'StringLike':{'aws:userid':'AROA*:session'},'Null':{'aws:username':'true'}}",
       }) {
    EXPECT_TRUE(holds(condition, builder)) << condition;
  }

  origin.endpoint = {.vpce = "vpce-1", .vpc = "vpc-1", .policy = nullptr};
  EXPECT_TRUE(
      holds("{'StringEquals':{'aws:SourceVpce':'vpce-1','aws:SourceVpc':'vpc-1'},"
            "'IpAddress':{'aws:VpcSourceIp':'192.0.2.7'},'Null':{'aws:SourceIp':'true'}}",
            alice));
}

TEST_F(PolicyAuthorizerTest, TheQuestionsOwnKeysCount) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, on_condition("{'StringEquals':{'ecr:ImageTag':'v1'}}"));
  const auto resource = Resource::repository(app);
  EXPECT_TRUE(ask(alice, Action::put_image, resource, {{"ecr:ImageTag", "v1"}}));
  EXPECT_FALSE(ask(alice, Action::put_image, resource, {{"ecr:ImageTag", "v2"}}));
  EXPECT_TRUE(ask(alice, Action::put_image, resource, {{"ecr:ImageTag", "v1"}}));
  EXPECT_FALSE(ask(alice, Action::put_image, resource));
}

// Two authorizers are two nodes with one store.
TEST_F(PolicyAuthorizerTest, AChangeIsEffectiveOnEveryNodeAtOnce) {
  const PolicyAuthorizer second(store, clock);
  const auto alice = people.user(own, "alice");
  const auto both = [&] {
    const auto resource = Resource::repository(app);
    const Question question{
        .caller = alice, .origin = origin, .action = name(Action::batch_get_image), .resource = resource};
    const bool here = authorizer.require(question).has_value();
    EXPECT_EQ(second.require(question).has_value(), here);
    return here;
  };
  for (int i = 0; i < 3; ++i) {
    people.allow(alice, kReadAll);
    EXPECT_TRUE(both());
    set_policy(app, policy("{'Effect':'Deny','Principal':'*','Action':'*'}"));
    EXPECT_FALSE(both());
    people.write([&](meta::Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto found, tx.repositories().find(app));
      return tx.repositories().remove(found->id);
    });
    EXPECT_TRUE(both());
    make(app);
    EXPECT_TRUE(both());
  }
}

TEST_F(PolicyAuthorizerTest, SaysWhy) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, policy("{'Sid':'Reading','Effect':'Allow','Action':'ecr:Batch*','Resource':'*'}"));
  const auto resource = Resource::repository(app);
  const auto decision = authorizer.decide(
      {.caller = alice, .origin = origin, .action = name(Action::batch_get_image), .resource = resource});
  ASSERT_TRUE(decision);
  EXPECT_TRUE(decision->allowed());
  ASSERT_EQ(decision->matches.size(), 1u);
  EXPECT_EQ(decision->matches[0].policy, "inline");
  EXPECT_EQ(decision->matches[0].sid, "Reading");
}

TEST_F(PolicyAuthorizerTest, APolicyThatDoesNotParseDecidesNothing) {
  const auto alice = people.user(own, "alice");
  people.allow(alice, kReadAll);
  set_policy(app, "not a policy");
  BERTH_EXPECT_FAILS(ask(alice, Action::batch_get_image, Resource::repository(app)), base::Errc::corrupt);
}

}  // namespace
}  // namespace berth::auth
