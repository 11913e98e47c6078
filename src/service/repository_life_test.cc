// Repositories that are removed, renamed and protected, and how many there may be.
#include "service/repository_removals.h"
#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;
using Names = std::vector<std::string>;

struct RepositoryLifeTest : testing::Test, protected World {
  base::NullLog log;
  RepositoryRemovals removals{core, log, metrics};

  std::size_t clear() {
    std::size_t steps = 0;
    for (auto done = removals.step(); ok(done) && *done > 0; done = removals.step()) ++steps;
    return steps;
  }
  Names names(const std::string& prefix = "") {
    Names all;
    for (const auto& each : *repositories.usage(scope, registry(), prefix, {})) {
      all.push_back(each.repository.ref.name.text());
    }
    return all;
  }
  static Names names_of(const std::vector<model::Repository>& repositories) {
    Names all;
    for (const auto& each : repositories) all.push_back(each.ref.name.text());
    return all;
  }
  base::Result<model::Repository> protect(const model::RepositoryRef& ref,
                                          DeletionProtection protection = DeletionProtection::on) {
    return repositories.set_deletion_protection(scope, ref, protection);
  }
};

TEST_F(RepositoryLifeTest, ARemovedOneIsGoneBeforeItsRowsAre) {
  for (int i = 0; i < 30; ++i) push_image(app, std::to_string(i), {"t" + std::to_string(i)});
  const auto upload = layers.start(scope, app, model::DigestAlgorithm::sha256)->id;
  auto writer = layers.append(scope, app, upload, 0);
  ASSERT_TRUE(ok(writer));
  auto at_once = layers.upload_at_once(scope, app, model::DigestAlgorithm::sha256);
  ASSERT_TRUE(ok(at_once));
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::yes)));

  EXPECT_TRUE(fails(Errc::repository_not_found, images.get(scope, app, model::Tag::parse("t1").value())));
  EXPECT_TRUE(fails(Errc::repository_not_found, repositories.remove(scope, app, Force::yes)));
  EXPECT_EQ(names(), Names{});
  // Who was writing finds out.
  EXPECT_TRUE(ok((*writer)->write(base::as_bytes("bytes"))));
  EXPECT_TRUE(fails(Errc::upload_not_found, (*writer)->keep()));
  EXPECT_TRUE(ok((*at_once)->write(base::as_bytes("bytes"))));
  EXPECT_TRUE(fails(Errc::upload_not_found, (*at_once)->complete(digest_of("bytes"))));
  // Nobody mounts from what is gone.
  make(repository("team/other"));
  EXPECT_EQ(*layers.mount(scope, repository("team/other"), digest_of("layer 1"), std::nullopt), Mounted::no);

  make(app);
  push_image(app, "new", {"t1"});
  EXPECT_GT(clear(), 1u);
  EXPECT_EQ(images.tags(scope, app, "", 100)->size(), 1u);
  EXPECT_EQ(*removals.step(), 0u);
  const auto said = metrics.exposition();
  EXPECT_NE(said.find("berth_repository_removals_total 1"), std::string::npos);
  EXPECT_NE(said.find("berth_repository_removals_waiting 0"), std::string::npos);
}

TEST_F(RepositoryLifeTest, ARenamedOneTakesEverythingAlong) {
  ASSERT_TRUE(ok(repositories.tag(scope, app, {{"team", "blue"}})));
  push_image(app, "one", {"v1"});
  auto writer = layers.upload_at_once(scope, app, model::DigestAlgorithm::sha256);
  ASSERT_TRUE(ok(writer));
  const auto target = repository("team/new");
  const auto renamed = repositories.rename(scope, app, target.name);
  ASSERT_TRUE(ok(renamed));
  EXPECT_EQ(renamed->ref.name.text(), "team/new");
  EXPECT_EQ(names(), Names{"team/new"});
  EXPECT_TRUE(ok(images.get(scope, target, model::Tag::parse("v1").value())));
  EXPECT_EQ(repositories.tags(scope, target)->size(), 1u);
  EXPECT_TRUE(fails(Errc::repository_not_found, images.get(scope, app, model::Tag::parse("v1").value())));
  // A layer on its way arrives under the new name.
  EXPECT_TRUE(ok((*writer)->write(base::as_bytes("late"))));
  EXPECT_TRUE(ok((*writer)->complete(digest_of("late"))));
  EXPECT_TRUE(layers.check(scope, target, {digest_of("late")})->front());

  make(app);
  EXPECT_TRUE(fails(Errc::repository_exists, repositories.rename(scope, app, target.name)));
  EXPECT_TRUE(fails(Errc::repository_exists, repositories.rename(scope, app, app.name)));
  EXPECT_TRUE(fails(Errc::repository_not_found, repositories.rename(scope, repository("no/where"), app.name)));
  // The right to both names.
  authorizer.hide(repository("hidden/name"));
  EXPECT_TRUE(fails(Errc::access_denied, repositories.rename(scope, app, repository("hidden/name").name)));
  authorizer.hide(app);
  EXPECT_TRUE(fails(Errc::access_denied, repositories.rename(scope, app, repository("team/x").name)));
}

TEST_F(RepositoryLifeTest, AProtectedOneStays) {
  EXPECT_TRUE(fails(Errc::repository_not_found, protect(repository("no/where"))));
  EXPECT_TRUE(protect(app)->deletion_protected);
  const auto refused = repositories.remove(scope, app, Force::yes);
  ASSERT_TRUE(fails(Errc::invalid_parameter, refused));
  EXPECT_EQ(refused.error().message,
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'The repository with name 'team/app' "
            "in registry with id '123456789012' is protected from deletion'");
  ASSERT_TRUE(ok(protect(app, DeletionProtection::off)));
  EXPECT_TRUE(ok(repositories.remove(scope, app, Force::yes)));
}

TEST_F(RepositoryLifeTest, AreRemovedBelowAPrefix) {
  for (const auto* name : {"team", "team/full", "team/last", "teams/app"}) make(repository(name));
  push_image(repository("team/full"), "one", {"v1"});
  ASSERT_TRUE(ok(protect(repository("team/last"))));
  const auto refused = repositories.remove_below(scope, registry(), {.prefix = "team", .force = Force::yes});
  ASSERT_TRUE(fails(Errc::invalid_parameter, refused));
  EXPECT_NE(refused.error().message.find("[team/last]"), std::string::npos);
  EXPECT_EQ(names().size(), 5u);
  ASSERT_TRUE(ok(protect(repository("team/last"), DeletionProtection::off)));

  authorizer.hide(repository("team/last"));
  auto done = repositories.remove_below(scope, registry(), {.prefix = "team", .limit = 3});
  ASSERT_TRUE(ok(done));
  EXPECT_EQ(names_of(done->removed), (Names{"team", "team/app"}));
  ASSERT_EQ(done->failures.size(), 1u);
  EXPECT_EQ(done->failures[0].repository.text(), "team/full");
  EXPECT_EQ(done->failures[0].error.code, Errc::repository_not_empty);
  ASSERT_TRUE(done->next);
  done = repositories.remove_below(scope, registry(), {.prefix = "team", .after = *done->next, .limit = 3});
  ASSERT_EQ(done->failures.size(), 1u);
  EXPECT_EQ(done->failures[0].error.code, Errc::access_denied);
  EXPECT_FALSE(done->next);
  EXPECT_EQ(names(), (Names{"team/full", "team/last", "teams/app"}));
  authorizer.hidden.clear();
  done = repositories.remove_below(scope, registry(), {.prefix = "team", .force = Force::yes});
  EXPECT_EQ(names_of(done->removed), (Names{"team/full", "team/last"}));
  EXPECT_EQ(names(), Names{"teams/app"});
}

TEST_F(RepositoryLifeTest, AreListedWithTheNumberOfTheirImages) {
  push_image(app, "one", {"v1", "v2"});
  push_image(app, "two");
  make(repository("other"));
  const auto page = repositories.usage(scope, registry(), "", {.limit = 1});
  ASSERT_TRUE(ok(page));
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ((*page)[0].images, 0u);
  EXPECT_EQ((*page)[1].images, 2u);
  EXPECT_EQ(names("team"), Names{"team/app"});
  EXPECT_TRUE(fails(Errc::access_denied, repositories.usage(scope, registry("999999999999"), "", {})));
}

TEST_F(RepositoryLifeTest, QuotasSayHowMany) {
  core.limits.images_per_repository = 2;
  core.limits.repositories_per_registry = 2;
  push_image(app, "one", {"v1"});
  const auto two = push_image(app, "two", {"v2"});
  push_layer(app, "config three");
  push_layer(app, "layer three");
  const auto third = put(app, image_manifest("config three", "layer three"), {"v3"});
  ASSERT_TRUE(fails(Errc::limit_exceeded, third));
  EXPECT_EQ(third.error().message,
            "The repository with name 'team/app' in registry with id '123456789012' already has the maximum allowed "
            "number of images which is '2'");
  EXPECT_TRUE(ok(put(app, two, {"v4"})));  // what is there may get another tag
  EXPECT_EQ(images.tags(scope, app, "", 10)->size(), 3u);
  EXPECT_TRUE(ok(images.remove(scope, app, digest_of(two))));
  EXPECT_TRUE(ok(put(app, image_manifest("config three", "layer three"), {"v3"})));

  make(repository("team/two"));
  const auto refused = repositories.create(scope, {.repository = repository("team/three"), .mutability = {}});
  ASSERT_TRUE(fails(Errc::limit_exceeded, refused));
  EXPECT_EQ(refused.error().message,
            "The registry with id '123456789012' already has the maximum allowed number of repositories which is '2'");
  EXPECT_TRUE(fails(Errc::repository_exists, repositories.create(scope, {.repository = app, .mutability = {}})));
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::yes)));
  make(repository("team/three"));  // at once
}

TEST_F(RepositoryLifeTest, ARemovedRepositoryTakesItsUploadsAlong) {
  const auto upload = layers.start(scope, app, model::DigestAlgorithm::sha256);
  ASSERT_TRUE(ok(upload));
  const auto append = [&] { return layers.append(scope, app, upload->id, 0).value(); };
  {
    auto writer = append();
    ASSERT_TRUE(ok(writer->write(base::as_bytes(std::string_view("under way")))));
    ASSERT_TRUE(ok(writer->keep()));
  }
  EXPECT_EQ(contents->uploads.size(), 1u);
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::yes)));
  clear();
  EXPECT_TRUE(contents->uploads.empty());
}

}  // namespace
}  // namespace berth::service
