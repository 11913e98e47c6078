#include "service/template_service.h"

#include "auth/people_test_support.h"
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

struct TemplateServiceTest : testing::Test, World {
  static model::TemplatePrefix prefix(std::string_view text) { return model::TemplatePrefix::parse(text).value(); }
  static TemplateSettings on_push() { return {.applied_for = {{AppliedFor::create_on_push}}}; }
  auto create(std::string_view text, const TemplateSettings& settings) {
    return templates.create(scope, app.registry, prefix(text), settings);
  }
  auto update(std::string_view text, const TemplateSettings& settings) {
    return templates.update(scope, app.registry, prefix(text), settings);
  }
};

TEST_F(TemplateServiceTest, BeginsWithTheDefaults) {
  const auto made = create("prod", on_push());
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->prefix.text(), "prod");
  EXPECT_EQ(made->applied_for, std::vector{AppliedFor::create_on_push});
  EXPECT_EQ(made->mutability, model::TagMutability());
  EXPECT_EQ(made->encryption_type, "AES256");
  EXPECT_EQ(made->created, clock.now());
  EXPECT_EQ(made->updated, clock.now());

  const auto again = create("prod/", on_push());
  ASSERT_TRUE(fails(Errc::template_exists, again));
  EXPECT_EQ(again.error().message,
            "The repository creation template with prefix 'prod/' already exists in the registry with id "
            "'123456789012'");
}

TEST_F(TemplateServiceTest, ChangesOnlyWhatIsSaid) {
  TemplateSettings all{.applied_for = {{AppliedFor::create_on_push, AppliedFor::replication, AppliedFor::replication}},
                       .description = "d",
                       .mode = model::TagMutabilityMode::immutable_with_exclusion,
                       .filters = {{"dev-*"}},
                       .encryption = Encryption{.type = "AES256", .kms_key = {}},
                       .tags = {{{"b", "2"}, {"a", "1"}}},
                       .repository_policy = kPolicy,
                       .lifecycle_policy = kLifecycle,
                       .custom_role = "arn:aws:iam::123456789012:role/r"};
  ASSERT_TRUE(ok(create("prod", all)));
  clock.advance(std::chrono::seconds(5));
  auto changed = update("prod/", {});
  ASSERT_TRUE(ok(changed));
  EXPECT_EQ(changed->applied_for, (std::vector{AppliedFor::replication, AppliedFor::create_on_push}));
  EXPECT_EQ(changed->description, "d");
  EXPECT_EQ(changed->mutability.filters(), std::vector<std::string>{"dev-*"});
  EXPECT_EQ(changed->tags, (std::vector<model::ResourceTag>{{"a", "1"}, {"b", "2"}}));
  EXPECT_TRUE(changed->repository_policy->contains("ecr:BatchGetImage"));
  EXPECT_EQ(changed->lifecycle_policy, kLifecycle);
  EXPECT_EQ(changed->custom_role, "arn:aws:iam::123456789012:role/r");
  EXPECT_EQ(changed->updated - changed->created, std::chrono::seconds(5));

  changed = update("prod", {.mode = model::TagMutabilityMode::mutable_with_exclusion});
  EXPECT_EQ(changed->mutability.filters(), std::vector<std::string>{"dev-*"});
  changed = update("prod", {.filters = {{"v*"}}});
  EXPECT_EQ(changed->mutability.mode(), model::TagMutabilityMode::mutable_with_exclusion);
  EXPECT_EQ(changed->mutability.filters(), std::vector<std::string>{"v*"});
  changed = update("prod", {.mode = model::TagMutabilityMode::immutable});
  EXPECT_TRUE(changed->mutability.filters().empty());

  changed = update("prod", {.description = "",
                            .tags = std::vector<model::ResourceTag>(),
                            .repository_policy = "",
                            .lifecycle_policy = "",
                            .custom_role = ""});
  ASSERT_TRUE(ok(changed));
  EXPECT_FALSE(changed->description || changed->repository_policy || changed->lifecycle_policy || changed->custom_role);
  EXPECT_TRUE(changed->tags.empty());
}

TEST_F(TemplateServiceTest, RefusesWhatARepositoryWouldNotTake) {
  auth::People(store).account(app.registry.account);  // whose users are known
  const auto refused = [&](TemplateSettings settings, Errc code) {
    settings.applied_for = {{AppliedFor::create_on_push}};
    return fails(code, create("prod", settings));
  };
  EXPECT_TRUE(fails(Errc::invalid_parameter, create("prod", {.applied_for = {std::vector<AppliedFor>()}})));
  EXPECT_TRUE(refused({.mode = model::TagMutabilityMode::immutable_with_exclusion}, Errc::invalid_parameter));
  EXPECT_TRUE(refused({.filters = {{"x"}}}, Errc::invalid_parameter));
  EXPECT_TRUE(refused({.tags = {{{"aws:x", "1"}}}}, Errc::invalid_tag_parameter));
  EXPECT_TRUE(refused({.tags = {{{"x", "1"}, {"x", "2"}}}}, Errc::invalid_tag_parameter));
  EXPECT_TRUE(refused({.repository_policy = "{}"}, Errc::invalid_parameter));
  EXPECT_TRUE(refused({.repository_policy = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*",)"
                                            R"("Principal":{"AWS":"arn:aws:iam::123456789012:user/nobody"}}})"},
                      Errc::invalid_parameter));
  EXPECT_TRUE(refused({.lifecycle_policy = "{}"}, Errc::invalid_parameter));
  EXPECT_TRUE(refused({.custom_role = "role/r"}, Errc::invalid_parameter));
  EXPECT_TRUE(refused({.custom_role = "arn:aws:iam::999999999999:role/r"}, Errc::invalid_parameter));
  EXPECT_TRUE(templates.list(scope, app.registry, "", 10)->empty());
  EXPECT_TRUE(ok(create("prod", on_push())));
  EXPECT_TRUE(fails(Errc::invalid_parameter, update("prod", {.filters = {{"x"}}})));
  EXPECT_EQ(templates.find(scope, app.registry, {prefix("prod")})->front().mutability, model::TagMutability());
}

TEST_F(TemplateServiceTest, FindsListsAndRemoves) {
  for (const auto* each : {"b", "ROOT", "a"}) ASSERT_TRUE(ok(create(each, on_push())));
  EXPECT_EQ(templates.list(scope, app.registry, "", 1)->size(), 2U);  // there is more
  EXPECT_EQ(templates.list(scope, app.registry, "ROOT", 5)->front().prefix.text(), "a");
  const auto found = templates.find(scope, app.registry, {prefix("b/"), prefix("absent"), prefix("a")});
  ASSERT_TRUE(ok(found));
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->front().prefix.text(), "b");

  EXPECT_EQ(templates.remove(scope, app.registry, prefix("b"))->prefix.text(), "b");
  const auto gone = templates.remove(scope, app.registry, prefix("b"));
  ASSERT_TRUE(fails(Errc::template_not_found, gone));
  EXPECT_EQ(gone.error().message,
            "The repository creation template with prefix 'b' does not exist in the registry with id '123456789012'");
  EXPECT_TRUE(fails(Errc::template_not_found, update("b", {})));
}

TEST_F(TemplateServiceTest, OneRegistryHasAThousand) {
  for (std::int64_t i = 0; i < kMaxTemplates; ++i) ASSERT_TRUE(ok(create("p" + std::to_string(i), on_push())));
  EXPECT_TRUE(fails(Errc::limit_exceeded, create("more", on_push())));
  EXPECT_TRUE(templates.find(scope, app.registry, {prefix("more")})->empty());
}

// Who may write templates must not thereby make what he may not make.
struct Asked final : auth::Authorizer {
  base::Result<void> require(const auth::Question& question) const override {
    asked.push_back(std::string(question.action) + " " + question.resource.arn);
    if (const auto* to = question.context.find("iam:PassedToService")) asked.back() += " to " + to->front();
    return {};
  }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
  mutable std::vector<std::string> asked;
};

TEST_F(TemplateServiceTest, AsksForWhatTheTemplateWillDo) {
  const Asked authorizer;
  const Core asking{
      .store = store, .blobs = blobs, .authorizer = authorizer, .clock = clock, .random = random, .limits = {}};
  TemplateService service(asking);
  const auto asked = [&](auto work) {
    authorizer.asked.clear();
    EXPECT_TRUE(ok(work()));
    return authorizer.asked;
  };
  using List = std::vector<std::string>;
  const std::string repositories = "arn:aws:ecr:us-east-1:123456789012:repository/";
  EXPECT_EQ(asked([&] { return service.create(scope, app.registry, prefix("ROOT"), on_push()); }),
            (List{"ecr:CreateRepositoryCreationTemplate *", "ecr:CreateRepository " + repositories + "*"}));
  auto full = on_push();
  full.repository_policy = kPolicy;
  full.lifecycle_policy = kLifecycle;
  full.custom_role = "arn:aws:iam::123456789012:role/r";
  const List makings{"ecr:CreateRepository " + repositories + "prod/*",
                     "ecr:SetRepositoryPolicy " + repositories + "prod/*",
                     "ecr:PutLifecyclePolicy " + repositories + "prod/*",
                     "iam:PassRole arn:aws:iam::123456789012:role/r to ecr.amazonaws.com"};
  const auto with = [&](std::string first) {
    List all{std::move(first)};
    all.insert(all.end(), makings.begin(), makings.end());
    return all;
  };
  EXPECT_EQ(asked([&] { return service.create(scope, app.registry, prefix("prod/"), full); }),
            with("ecr:CreateRepositoryCreationTemplate *"));
  EXPECT_EQ(asked([&] { return service.update(scope, app.registry, prefix("prod"), full); }),
            with("ecr:UpdateRepositoryCreationTemplate *"));
  EXPECT_EQ(asked([&] { return service.update(scope, app.registry, prefix("prod"), {.custom_role = ""}); }),
            (List{"ecr:UpdateRepositoryCreationTemplate *", "ecr:CreateRepository " + repositories + "prod/*"}));
}

}  // namespace
}  // namespace berth::service
