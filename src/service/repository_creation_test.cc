#include "service/repository_creation.h"

#include <thread>

#include "auth/people_test_support.h"
#include "auth/policy_authorizer.h"
#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;
using model::AppliedFor;

const std::string kLifecycle =
    R"({"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":3},)"
    R"("action":{"type":"expire"}}]})";
const std::string kPolicy =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]})";

struct RepositoryCreationTest : testing::Test, World {
  RepositoryCreationTest() = default;

  void make_template(std::string_view prefix, TemplateSettings settings) {
    if (!settings.applied_for) settings.applied_for = {{AppliedFor::create_on_push}};
    EXPECT_TRUE(ok(templates.create(scope, app.registry, model::TemplatePrefix::parse(prefix).value(), settings)));
  }
  static TemplateSettings described_by_tag(std::string value) {
    return {.mode = model::TagMutabilityMode::immutable_with_exclusion, .filters = {{std::move(value)}}};
  }
  // The filter of the template by which a push made it; "none" if it did not.
  std::string made_by(std::string_view name) {
    const auto ref = repository(name);
    if (!layers.start(scope, ref, model::DigestAlgorithm::sha256)) return "none";
    const auto described = repositories.describe(scope, ref.registry, {ref.name});
    EXPECT_TRUE(ok(described));
    const auto& filters = described->front().mutability.filters();
    return filters.empty() ? "defaults" : filters.front();
  }
  std::size_t count() { return repositories.list(scope, app.registry, {})->size(); }
};

TEST_F(RepositoryCreationTest, TheLongestPrefixAppliedForPushesWins) {
  EXPECT_EQ(made_by("prod/app"), "none");
  auto other = described_by_tag("not-for-pushes");
  other.applied_for = {{AppliedFor::replication, AppliedFor::pull_through_cache}};
  make_template("prod/team/deep", other);
  make_template("prod/team", described_by_tag("team"));
  make_template("prod/", described_by_tag("prod"));
  EXPECT_EQ(made_by("prod/app"), "prod");
  EXPECT_EQ(made_by("prod/team"), "prod");
  EXPECT_EQ(made_by("prod/team/app"), "team");
  EXPECT_EQ(made_by("prod/team/deep/app"), "team");
  EXPECT_EQ(made_by("production/app"), "none");
  EXPECT_EQ(made_by("prod"), "none");
  make_template("ROOT", described_by_tag("root"));
  EXPECT_EQ(made_by("prod"), "root");
  EXPECT_EQ(made_by("production/app"), "root");
  EXPECT_EQ(made_by("team/app"), "defaults");  // was there before: a template changes nothing
}

TEST_F(RepositoryCreationTest, ARepositoryBeginsWithAllOfItsTemplate) {
  make_template(
      "prod",
      {.mode = model::TagMutabilityMode::immutable, .repository_policy = kPolicy, .lifecycle_policy = kLifecycle});
  const auto ref = repository("prod/app");
  EXPECT_TRUE(ok(layers.start(scope, ref, model::DigestAlgorithm::sha256)));
  EXPECT_EQ(repositories.describe(scope, ref.registry, {ref.name})->front().mutability.mode(),
            model::TagMutabilityMode::immutable);
  EXPECT_TRUE(policies.repository(scope, ref)->contains("ecr:BatchGetImage"));
  EXPECT_EQ(lifecycle.get(scope, ref)->text, kLifecycle);
  // Later changes of the template are for later repositories.
  EXPECT_TRUE(ok(templates.update(scope, ref.registry, model::TemplatePrefix::parse("prod").value(),
                                  {.repository_policy = "", .lifecycle_policy = ""})));
  EXPECT_TRUE(ok(policies.repository(scope, ref)));
  EXPECT_TRUE(ok(lifecycle.get(scope, ref)));
  EXPECT_TRUE(ok(layers.start(scope, repository("prod/next"), model::DigestAlgorithm::sha256)));
  EXPECT_TRUE(fails(Errc::repository_policy_not_found, policies.repository(scope, repository("prod/next"))));
}

TEST_F(RepositoryCreationTest, EveryWayOfPushingMakesOneAndNothingElseDoes) {
  make_template("ROOT", {});
  const auto sha256 = model::DigestAlgorithm::sha256;
  push_image(app, "one", {"v1"});
  const auto layer = digest_of("layer one");
  const auto digest = digest_of("anything");
  const auto absent = repository("no/where");
  const auto tag = model::Tag::parse("v1").value();
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.check(scope, absent, {layer})));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.open(scope, absent, layer, whole)));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.require_download(scope, absent, layer)));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.append(scope, absent, "x", 0)));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.finish(scope, absent, "x", 0, sha256, Carries::nothing)));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.complete(scope, absent, "x", {layer})));
  EXPECT_TRUE(fails(Errc::repository_not_found, layers.status(scope, absent, "x")));
  EXPECT_TRUE(fails(Errc::repository_not_found, images.get(scope, absent, tag)));
  EXPECT_TRUE(fails(Errc::repository_not_found, images.batch_get(scope, absent, {{digest.text(), std::nullopt}})));
  EXPECT_TRUE(fails(Errc::repository_not_found, images.tags(scope, absent, "", 1)));
  EXPECT_TRUE(fails(Errc::repository_not_found, images.remove(scope, absent, tag)));
  EXPECT_EQ(count(), 1U);

  EXPECT_TRUE(ok(layers.start(scope, repository("by/start"), sha256)));
  push_layer(repository("by/upload"), "bytes");
  EXPECT_EQ(*layers.mount(scope, repository("by/mount"), layer, app.name), Mounted::yes);
  EXPECT_EQ(*layers.mount(scope, repository("by/mount-anywhere"), layer, std::nullopt), Mounted::yes);
  EXPECT_TRUE(ok(put(repository("by/index"), index_manifest({}), {"v1"})));
  EXPECT_EQ(count(), 6U);
}

TEST_F(RepositoryCreationTest, APushThatFailsMakesNone) {
  make_template("ROOT", {});
  EXPECT_TRUE(fails(Errc::layers_not_found, put(repository("no/layers"), image_manifest("config", "layer"), {"v1"})));
  EXPECT_TRUE(fails(Errc::manifest_invalid, put(repository("no/manifest"), "{}", {"v1"})));
  EXPECT_EQ(*layers.mount(scope, repository("no/mount"), digest_of("absent"), app.name), Mounted::no);
  EXPECT_EQ(*layers.mount(scope, repository("no/mount"), digest_of("absent"), std::nullopt), Mounted::no);
  EXPECT_EQ(count(), 1U);
}

TEST_F(RepositoryCreationTest, TagsNeedARole) {
  make_template("prod", {.tags = {{{"team", "a"}}}});
  const auto refused = layers.start(scope, repository("prod/app"), model::DigestAlgorithm::sha256);
  ASSERT_TRUE(fails(Errc::access_denied, refused));
  EXPECT_EQ(refused.error().message,
            "The repository with name 'prod/app' cannot be created by the repository creation template with prefix "
            "'prod': its resource tags need a customRoleArn");
  EXPECT_EQ(count(), 1U);
}

TEST_F(RepositoryCreationTest, OtherOccasionsTakeDefaults) {
  const auto ref = repository("mirror/app");
  for (const auto occasion : {AppliedFor::replication, AppliedFor::pull_through_cache}) {
    auto creation = creation_for(core, scope, ref, occasion);
    ASSERT_TRUE(ok(creation));
    ASSERT_TRUE(creation->has_value());
    EXPECT_EQ((*creation)->repository.mutability, model::TagMutability());
  }
  EXPECT_FALSE(creation_for(core, scope, ref, AppliedFor::create_on_push)->has_value());
  auto settings = described_by_tag("replicas");
  settings.applied_for = {{AppliedFor::replication}};
  make_template("mirror", settings);
  EXPECT_EQ((*creation_for(core, scope, ref, AppliedFor::replication))->repository.mutability.filters().front(),
            "replicas");
  EXPECT_TRUE(
      (*creation_for(core, scope, ref, AppliedFor::pull_through_cache))->repository.mutability.filters().empty());
}

TEST_F(RepositoryCreationTest, ManyFirstPushesAtOnceMakeOne) {
  make_template("ROOT", {.repository_policy = kPolicy, .lifecycle_policy = kLifecycle});
  crypto::SystemRandom shared;
  const Core together{
      .store = store, .blobs = blobs, .authorizer = authorizer, .clock = clock, .random = shared, .limits = {}};
  LayerService pushing(together);
  std::vector<std::string> failures(8);
  {
    std::vector<std::jthread> threads;
    threads.reserve(failures.size());
    for (auto& failure : failures) {
      threads.emplace_back([&pushing, &failure, this] {
        for (int i = 0; i < 5; ++i) {
          const auto started =
              pushing.start(scope, repository("new/app" + std::to_string(i)), model::DigestAlgorithm::sha256);
          if (!started) failure += started.error().message;
        }
      });
    }
  }
  for (const auto& failure : failures) EXPECT_EQ(failure, "");
  EXPECT_EQ(count(), 6U);
}

// Decided by real policies.
struct CreationPermissionTest : testing::Test, World {
  CreationPermissionTest() {
    people.account(app.registry.account);
    pusher = people.user(app.registry.account, "pusher");
    people.attach(pusher, "AmazonEC2ContainerRegistryPowerUser");
    by_pusher.caller = pusher;
    EXPECT_TRUE(ok(templates.create(scope, app.registry, model::TemplatePrefix::parse("prod").value(),
                                    {.applied_for = {{AppliedFor::create_on_push}}})));
    EXPECT_TRUE(ok(templates.create(scope, app.registry, model::TemplatePrefix::parse("tagged").value(),
                                    {.applied_for = {{AppliedFor::create_on_push}},
                                     .tags = {{{"team", "a"}}},
                                     .custom_role = "arn:aws:iam::123456789012:role/maker"})));
  }
  auto push(std::string_view name) {
    return real_layers.start(by_pusher, repository(name), model::DigestAlgorithm::sha256);
  }
  void trust(const auth::Caller& role, const std::string& service) {
    people.write([&](meta::Tx& tx) -> base::Result<bool> {
      BERTH_TRY(auto entity, tx.identities().find(role.entity_id));
      entity->trust_policy = fill(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
                                  R"("Principal":{"Service":"@"}}]})",
                                  {service});
      return tx.identities().update(*entity);
    });
  }

  auth::People people{store};
  auth::PolicyAuthorizer policies_decide{store, clock};
  Core real{
      .store = store, .blobs = blobs, .authorizer = policies_decide, .clock = clock, .random = random, .limits = {}};
  LayerService real_layers{real};
  auth::Caller pusher = auth::Caller::anonymous();
  Scope by_pusher{.caller = pusher, .request_id = "r", .deadline = {}};
};

TEST_F(CreationPermissionTest, WhoPushesNeedsOnlyToPushIfThereIsATemplate) {
  EXPECT_TRUE(ok(push("prod/app")));
  EXPECT_TRUE(fails(Errc::repository_not_found, push("dev/app")));
  people.allow(pusher, R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ecr:InitiateLayerUpload",)"
                       R"("Resource":"*"}]})");
  EXPECT_TRUE(fails(Errc::access_denied, push("prod/other")));
}

TEST_F(CreationPermissionTest, WithoutATemplateItMustBeAllowedToCreate) {
  real.limits.create_on_push = true;
  const auto refused = push("dev/app");
  ASSERT_TRUE(fails(Errc::access_denied, refused));
  EXPECT_EQ(refused.error().message,
            "User: arn:aws:iam::123456789012:user/pusher is not authorized to perform: ecr:CreateRepository on "
            "resource: arn:aws:ecr:us-east-1:123456789012:repository/dev/app because no identity-based policy allows "
            "the ecr:CreateRepository action");
  EXPECT_TRUE(ok(push("prod/app")));
  people.allow(pusher, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:CreateRepository",)"
                       R"("Resource":"arn:aws:ecr:*:*:repository/dev/*"}]})");
  EXPECT_TRUE(ok(push("dev/app")));
  EXPECT_TRUE(fails(Errc::access_denied, push("other/app")));
}

TEST_F(CreationPermissionTest, ACustomRoleMustTrustEcrAndMayDoIt) {
  const std::string cannot =
      "User: ecr.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: "
      "arn:aws:iam::123456789012:role/maker";
  const auto refused = [&] {
    const auto pushed = push("tagged/app");
    EXPECT_TRUE(fails(Errc::access_denied, pushed));
    return pushed ? std::string() : pushed.error().message;
  };
  EXPECT_EQ(refused(), cannot);  // there is none
  const auto maker = people.role(app.registry.account, "maker");
  trust(maker, "ec2.amazonaws.com");
  EXPECT_EQ(refused(), cannot);
  trust(maker, "ecr.amazonaws.com");
  EXPECT_EQ(refused(),
            "User: arn:aws:sts::123456789012:assumed-role/maker/ecr is not authorized to perform: "
            "ecr:CreateRepository on resource: arn:aws:ecr:us-east-1:123456789012:repository/tagged/app because no "
            "identity-based policy allows the ecr:CreateRepository action");
  people.allow(maker, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:CreateRepository",)"
                      R"("Resource":"*"}]})");
  EXPECT_TRUE(refused().contains("ecr:TagResource"));
  people.allow(maker, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*",)"
                      R"("Action":["ecr:CreateRepository","ecr:TagResource"],)"
                      R"("Condition":{"StringEquals":{"aws:RequestTag/team":"a"}}}]})");
  EXPECT_TRUE(ok(push("tagged/app")));
  EXPECT_EQ(*repositories.tags(scope, repository("tagged/app")), (std::vector<model::ResourceTag>{{"team", "a"}}));
}

}  // namespace
}  // namespace berth::service
