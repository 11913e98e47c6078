#include "service/public_registry_service.h"

#include <algorithm>

#include "service/service_test_support.h"

namespace berth::service {
namespace {

struct PublicRegistriesTest : testing::Test, World {
  PublicRegistriesTest() { make(open_app); }
  static model::AliasName name(std::string_view text) { return model::AliasName::parse(text).value(); }
  std::string primary(const model::AccountId& account) { return public_registries.primary_alias({}, account)->text(); }
  Scope as(std::string_view account) const {
    return {.caller = auth::Caller::root(registry(account).account, "AKIA"), .request_id = "r"};
  }
  model::RepositoryRef open_app = public_repository("team/app");
  model::AccountId mine = registry().account;
};

TEST_F(PublicRegistriesTest, ARegistryHasOneDefaultAliasFromTheFirstQuestionOn) {
  const auto first = primary(mine);
  EXPECT_EQ(first.size(), 8u);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i] >= 'a' && first[i] <= 'z', i % 2 == 0) << first;
    EXPECT_EQ(first[i] >= '0' && first[i] <= '9', i % 2 == 1) << first;
  }
  EXPECT_EQ(primary(mine), first);
  const auto all = public_registries.aliases(scope);
  ASSERT_TRUE(ok(all));
  ASSERT_EQ(all->size(), 1u);
  EXPECT_TRUE(all->front().is_default && all->front().primary);
  EXPECT_NE(primary(registry("210987654321").account), first);
  EXPECT_EQ(public_registries.account_of({}, first).value(), mine);
  EXPECT_EQ(public_registries.account_of({}, mine.text()).value(), mine);
  EXPECT_TRUE(fails(base::Errc::registry_not_found, public_registries.account_of({}, "nobody")));
  EXPECT_TRUE(fails(base::Errc::registry_not_found, public_registries.account_of({}, "No Alias")));
}

TEST_F(PublicRegistriesTest, OfAClosedAccountNothingIsThere) {
  const auto alias = primary(mine);
  const auto change = [&](model::AccountStatus status) {
    EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.accounts().create({.id = mine, .name = "a", .email = "a@b", .joined = clock.now()}));
      return tx.accounts().set_status(mine, status);
    })));
  };
  change(model::AccountStatus::suspended);
  EXPECT_TRUE(fails(base::Errc::registry_not_found, public_registries.account_of({}, alias)));
  change(model::AccountStatus::active);
  EXPECT_TRUE(ok(public_registries.account_of({}, alias)));
}

TEST_F(PublicRegistriesTest, TheOperatorGivesAndTakesAliases) {
  const auto standard = primary(mine);
  EXPECT_TRUE(ok(public_registries.put_alias(scope, name("company"))));
  EXPECT_EQ(primary(mine), "company");
  EXPECT_EQ(public_registries.account_of({}, standard).value(), mine);  // it stays good
  EXPECT_TRUE(fails(base::Errc::invalid_parameter, public_registries.put_alias(as("210987654321"), name("company"))));
  EXPECT_TRUE(
      fails(base::Errc::invalid_parameter, public_registries.remove_alias(as("210987654321"), name("company"))));
  EXPECT_TRUE(fails(base::Errc::invalid_parameter, public_registries.remove_alias(scope, name(standard))));
  EXPECT_TRUE(ok(public_registries.put_alias(scope, name(standard))));
  EXPECT_EQ(primary(mine), standard);
  EXPECT_TRUE(ok(public_registries.put_alias(scope, name("company"))));
  EXPECT_TRUE(ok(public_registries.remove_alias(scope, name("company"))));
  EXPECT_EQ(primary(mine), standard);
  EXPECT_TRUE(ok(public_registries.put_alias(as("210987654321"), name("company"))));
}

TEST_F(PublicRegistriesTest, CatalogDataIsPutWhole) {
  EXPECT_EQ(public_registries.catalog(scope, open_app)->data, model::CatalogData());
  model::CatalogData data;
  data.description = "What it is";
  data.logo = "\x89PNG\r\n\x1a\n...";
  EXPECT_TRUE(ok(public_registries.put_catalog(scope, open_app, data)));
  EXPECT_EQ(public_registries.catalog(scope, open_app)->data.description, "What it is");
  EXPECT_EQ(public_registries.logo({}, open_app).value(), data.logo);
  EXPECT_TRUE(ok(public_registries.put_catalog(scope, open_app, {})));
  EXPECT_EQ(public_registries.catalog(scope, open_app)->data, model::CatalogData());
  EXPECT_EQ(public_registries.logo({}, open_app).value(), std::nullopt);
  EXPECT_EQ(public_registries.logo({}, public_repository("no/where")).value(), std::nullopt);
  EXPECT_TRUE(fails(base::Errc::repository_not_found, public_registries.catalog(scope, public_repository("no/where"))));
}

TEST_F(PublicRegistriesTest, WhoMayDoNothingMayPullAndNothingElse) {
  push_image(open_app, "one", {"v1"});
  const auto layer = digest_of("layer one");
  const auto tag = model::Tag::parse("v1").value();
  const Scope anybody{.caller = auth::Caller::anonymous(), .request_id = "r"};
  authorizer.deny_all = true;
  EXPECT_TRUE(ok(images.get(anybody, open_app, tag)));
  EXPECT_TRUE(ok(images.tags(anybody, open_app, "", 10)));
  EXPECT_TRUE(ok(layers.open(anybody, open_app, layer, World::whole)));
  EXPECT_TRUE(layers.find(anybody, open_app, layer)->has_value());

  const auto denied = [](const auto& result) { return fails(base::Errc::access_denied, result); };
  EXPECT_TRUE(denied(layers.find(anybody, app, layer)));  // a private one of the same name
  EXPECT_TRUE(denied(images.get(anybody, app, tag)));
  EXPECT_TRUE(denied(layers.check(scope, open_app, {layer})));
  EXPECT_TRUE(denied(layers.start(scope, open_app, model::DigestAlgorithm::sha256)));
  EXPECT_TRUE(denied(images.remove(scope, open_app, tag)));
  EXPECT_TRUE(denied(images.describe_page(scope, open_app, {})));
  EXPECT_TRUE(denied(repositories.list(scope, open_app.registry, {})));
  EXPECT_TRUE(denied(public_registries.require_token(scope, std::chrono::hours(12))));
  EXPECT_TRUE(denied(public_registries.aliases(scope)));
  EXPECT_TRUE(denied(public_registries.put_alias(scope, name("company"))));
  EXPECT_TRUE(denied(public_registries.remove_alias(scope, name("company"))));
  EXPECT_TRUE(denied(public_registries.display_name(scope)));
  EXPECT_TRUE(denied(public_registries.put_display_name(scope, "x")));
  EXPECT_TRUE(denied(public_registries.catalog(scope, open_app)));
  EXPECT_TRUE(denied(public_registries.put_catalog(scope, open_app, {})));
  EXPECT_TRUE(denied(public_registries.tags(scope, open_app, "", 1)));
}

// Action and ARN of every question, as IAM knows them.
class Recorder final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question& question) const override {
    asked.push_back(std::string(question.action) + " " + question.resource.arn);
    return {};
  }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
  mutable std::vector<std::string> asked;
};

TEST_F(PublicRegistriesTest, AsksForActionsOfEcrPublic) {
  const Recorder recorder;
  const Core recorded{
      .store = store, .blobs = blobs, .authorizer = recorder, .clock = clock, .random = random, .limits = {}};
  PublicRegistryService service(recorded);
  const auto asked = [&] { return std::exchange(recorder.asked, {}); };
  using Asked = std::vector<std::string>;
  const std::string arn = "arn:aws:ecr-public::123456789012:";

  EXPECT_TRUE(ok(service.require_token(scope, std::chrono::hours(12))));
  EXPECT_EQ(asked(), (Asked{"ecr-public:GetAuthorizationToken *", "sts:GetServiceBearerToken *"}));
  EXPECT_TRUE(ok(service.aliases(scope)));
  EXPECT_TRUE(ok(service.display_name(scope)));
  EXPECT_TRUE(ok(service.put_display_name(scope, "x")));
  EXPECT_EQ(asked(), (Asked{"ecr-public:DescribeRegistries " + arn + "registry/123456789012",
                            "ecr-public:GetRegistryCatalogData " + arn + "registry/123456789012",
                            "ecr-public:PutRegistryCatalogData " + arn + "registry/123456789012"}));
  EXPECT_TRUE(ok(service.tags(scope, open_app, "", 1)));
  EXPECT_TRUE(ok(service.catalog(scope, open_app)));
  EXPECT_TRUE(ok(service.put_catalog(scope, open_app, {})));
  EXPECT_EQ(asked(), (Asked{"ecr-public:DescribeImageTags " + arn + "repository/team/app",
                            "ecr-public:GetRepositoryCatalogData " + arn + "repository/team/app",
                            "ecr-public:PutRepositoryCatalogData " + arn + "repository/team/app"}));
  EXPECT_TRUE(ok(LayerService(recorded).start(scope, open_app, model::DigestAlgorithm::sha256)));
  EXPECT_TRUE(ok(RepositoryService(recorded).list(scope, open_app.registry, {})));
  EXPECT_EQ(asked(), (Asked{"ecr-public:InitiateLayerUpload " + arn + "repository/team/app",
                            "ecr-public:DescribeRepositories " + arn + "repository/*"}));
}

TEST_F(PublicRegistriesTest, PoliciesAreAboutActionsOfEcrPublic) {
  const auto text = [](std::string_view action) {
    return fill(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"@"}]})",
                {std::string(action)});
  };
  EXPECT_TRUE(ok(policies.set_repository(scope, open_app, text("ecr-public:PutImage"), Force::yes)));
  EXPECT_TRUE(policies.repository(scope, open_app)->contains("ecr-public:PutImage"));
  EXPECT_TRUE(
      fails(base::Errc::invalid_parameter, policies.set_repository(scope, open_app, text("ecr:PutImage"), Force::yes)));
  EXPECT_TRUE(fails(base::Errc::invalid_parameter,
                    policies.set_repository(scope, app, text("ecr-public:PutImage"), Force::yes)));
}

TEST_F(PublicRegistriesTest, LayersHaveTheirOwnLimits) {
  Core small = core;
  small.limits.max_public_layer = 4;
  small.limits.max_public_parts = 1;
  LayerService limited(small);
  const auto sha256 = model::DigestAlgorithm::sha256;
  const auto upload = limited.start(scope, open_app, sha256)->id;
  const auto part = [&](const model::RepositoryRef& ref, const std::string& id, std::uint64_t first,
                        const std::string& bytes) {
    return limited.put_part(
        scope, {.repository = ref, .upload = id, .first = first, .last = first + bytes.size() - 1, .bytes = bytes});
  };
  EXPECT_TRUE(fails(base::Errc::limit_exceeded, part(open_app, upload, 0, "12345")));
  EXPECT_TRUE(ok(part(open_app, upload, 0, "123")));
  EXPECT_TRUE(fails(base::Errc::limit_exceeded, part(open_app, upload, 3, "4")));
  const auto other = limited.start(scope, app, sha256)->id;
  EXPECT_TRUE(ok(part(app, other, 0, "12345")));
  EXPECT_TRUE(ok(part(app, other, 5, "6")));
}

}  // namespace
}  // namespace berth::service
