#include "service/repository_service.h"

#include "service/fsck.h"
#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;

class RepositoryServiceTest : public testing::Test, protected World {};

TEST_F(RepositoryServiceTest, CreatesOnce) {
  EXPECT_TRUE(fails(Errc::repository_exists, repositories.create(scope, {.repository = app, .mutability = {}})));
  std::vector<model::ResourceTag> tags;
  for (int i = 0; i < 50; ++i) tags.push_back({"key " + std::to_string(i), "v"});
  const auto other = repository("team/other");
  ASSERT_TRUE(ok(repositories.create(scope, {.repository = other, .mutability = {}, .tags = tags})));
  EXPECT_EQ(repositories.tags(scope, other)->size(), 50u);
  EXPECT_TRUE(ok(repositories.tag(scope, other, {{"key 1", "replaced"}})));
  EXPECT_TRUE(fails(Errc::too_many_tags, repositories.tag(scope, other, {{"one more", "v"}})));
  EXPECT_EQ(repositories.tags(scope, other)->size(), 50u);
  EXPECT_TRUE(ok(repositories.untag(scope, other, {"key 1", "unknown"})));
  EXPECT_EQ(repositories.tags(scope, other)->size(), 49u);
  EXPECT_TRUE(fails(Errc::invalid_tag_parameter, repositories.tag(scope, other, {{"aws:x", "v"}})));
}

TEST_F(RepositoryServiceTest, ListsByPages) {
  for (const auto* name : {"aa", "bb", "zz"}) make(repository(name));
  const auto page = repositories.list(scope, registry(), {.after = "aa", .limit = 1});
  ASSERT_TRUE(ok(page));
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ((*page)[0].ref.name.text(), "bb");
  EXPECT_EQ(repositories.list(scope, registry(), {})->size(), 4u);
  EXPECT_TRUE(fails(Errc::access_denied, repositories.list(scope, registry("999999999999"), {})));
  EXPECT_EQ(repositories.describe(scope, registry(), {app.name})->size(), 1u);
  EXPECT_TRUE(fails(Errc::repository_not_found,
                    repositories.describe(scope, registry(), {app.name, repository("no/where").name})));
}

TEST_F(RepositoryServiceTest, RemovesAnEmptyOneOrWithForce) {
  push_image(app, "one");
  EXPECT_TRUE(fails(Errc::repository_not_empty, repositories.remove(scope, app, Force::no)));
  EXPECT_TRUE(ok(repositories.remove(scope, app, Force::yes)));
  EXPECT_TRUE(fails(Errc::repository_not_found, repositories.remove(scope, app, Force::yes)));
  make(app);
  EXPECT_TRUE(images.list(scope, app, {})->empty());
  EXPECT_FALSE(layers.check(scope, app, {digest_of("layer one")})->front());
}

TEST_F(RepositoryServiceTest, FsckFindsEachDamage) {
  const auto go_on = [](const FsckReport&) { return true; };
  push_layer(app, "whole");
  auto report = fsck(core, {.hot = blobs, .cold = archive}, {}, go_on);
  ASSERT_TRUE(ok(report));
  EXPECT_TRUE(report->findings.empty());
  EXPECT_EQ(report->blobs, 1u);
  EXPECT_EQ(report->bytes, 5u);
  contents->blobs[{.digest = digest_of("stray"), .key = ""}] = std::make_shared<const std::string>("stray");
  report = fsck(core, {.hot = blobs, .cold = archive}, {}, go_on);
  ASSERT_EQ(report->findings.size(), 1u);
  EXPECT_EQ(report->findings[0].damage, Damage::unknown);
  EXPECT_FALSE(report->lost());
  contents->blobs.erase({.digest = digest_of("stray"), .key = ""});
  for (const auto& [bytes, damage] :
       std::vector<std::pair<std::string, Damage>>{{"wholf", Damage::wrong_digest}, {"who", Damage::wrong_size}}) {
    *bytes_of(*contents, digest_of("whole")) = std::make_shared<const std::string>(bytes);
    report = fsck(core, {.hot = blobs, .cold = archive}, {}, go_on);
    ASSERT_EQ(report->findings.size(), 1u);
    EXPECT_EQ(report->findings[0].damage, damage);
    EXPECT_TRUE(report->lost());
  }
  contents->blobs.clear();
  report = fsck(core, {.hot = blobs, .cold = archive}, {}, go_on);
  ASSERT_EQ(report->findings.size(), 1u);
  EXPECT_EQ(report->findings[0].damage, Damage::missing);
}

}  // namespace
}  // namespace berth::service
