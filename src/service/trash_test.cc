#include "service/trash.h"

#include "service/collection.h"
#include "service/fsck.h"
#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;

struct TrashTest : testing::Test, protected World {
  TrashTest() { core.limits.trash = std::chrono::days(7); }

  Trash trash{core, images};
  Collection collection{core, {.hot = blobs, .cold = archive}, metrics};

  void collect() {
    for (auto done = collection.step(); ok(done) && *done > 0;) done = collection.step();
  }
  std::vector<meta::DeletedImage> listed() { return *trash.list(scope, app, {.after = "", .limit = 10}); }
};

TEST_F(TrashTest, ADeletedImageComesBackWithItsTagsAndLayers) {
  const auto one = push_image(app, "one", {"v1", "latest"});
  ASSERT_TRUE(ok(images.remove(scope, app, digest_of(one))));
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].tags, (std::vector<std::string>{"latest", "v1"}));
  EXPECT_EQ(listed()[0].until, clock.now() + std::chrono::days(7));
  clock.advance(std::chrono::days(6));
  collect();
  const auto back = trash.undelete(scope, app, digest_of(one));
  ASSERT_TRUE(ok(back));
  EXPECT_EQ(back->image.tags, (std::vector<std::string>{"latest", "v1"}));
  EXPECT_EQ(images.get(scope, app, model::Tag::parse("v1").value())->manifest, one);
  EXPECT_EQ(read(*layers.open(scope, app, digest_of("layer one"), whole)), "layer one");
  EXPECT_TRUE(listed().empty());
  EXPECT_TRUE(fails(Errc::image_not_found, trash.undelete(scope, app, digest_of(one))));
}

TEST_F(TrashTest, ItIsGoneWhenItsTimeIsOver) {
  const auto one = push_image(app, "one", {"v1"});
  ASSERT_TRUE(ok(images.remove(scope, app, digest_of(one))));
  clock.advance(std::chrono::days(7));
  EXPECT_TRUE(fails(Errc::image_not_found, trash.undelete(scope, app, digest_of(one))));
  collect();
  EXPECT_TRUE(listed().empty());
  EXPECT_TRUE(contents->blobs.empty());
}

TEST_F(TrashTest, ATagThatMeansAnotherImageStaysThere) {
  const auto one = push_image(app, "one", {"v1", "latest"});
  ASSERT_TRUE(ok(images.remove(scope, app, digest_of(one))));
  const auto two = push_image(app, "two", {"latest"});
  const auto back = trash.undelete(scope, app, digest_of(one));
  ASSERT_TRUE(ok(back));
  EXPECT_EQ(back->image.tags, std::vector<std::string>{"v1"});
  EXPECT_EQ(back->left_out, std::vector<std::string>{"latest"});
  EXPECT_EQ(images.get(scope, app, model::Tag::parse("latest").value())->manifest, two);
}

TEST_F(TrashTest, ThereIsNoneUnlessItIsWanted) {
  core.limits.trash = {};
  const auto one = push_image(app, "one");
  ASSERT_TRUE(ok(images.remove(scope, app, digest_of(one))));
  EXPECT_TRUE(listed().empty());
}

TEST_F(TrashTest, GoesWithItsRepository) {
  const auto one = push_image(app, "one");
  ASSERT_TRUE(ok(images.remove(scope, app, digest_of(one))));
  ASSERT_TRUE(ok(repositories.remove(scope, app, Force::yes)));
  EXPECT_TRUE(fails(Errc::repository_not_found, trash.undelete(scope, app, digest_of(one))));
  EXPECT_TRUE(fails(Errc::repository_not_found, trash.list(scope, app, {.after = "", .limit = 10})));
}

TEST_F(TrashTest, AsksWhoMay) {
  const auto foreign = repository("team/app", "999999999999");
  EXPECT_TRUE(fails(Errc::access_denied, trash.list(scope, foreign, {.after = "", .limit = 10})));
  EXPECT_TRUE(fails(Errc::access_denied, trash.undelete(scope, foreign, digest_of("one"))));
}

}  // namespace
}  // namespace berth::service
