#include "service/image_service.h"

#include <algorithm>
#include <set>

#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;

class ImageServiceTest : public testing::Test, protected World {
 protected:
  static model::Tag tag(std::string_view text) { return model::Tag::parse(text).value(); }
  model::ImageId by_digest(std::string_view manifest) { return {digest_of(manifest).text(), std::nullopt}; }
  model::ImageId by_tag(std::string text) { return {std::nullopt, std::move(text)}; }
  std::vector<std::string> tags() { return *images.tags(scope, app, "", 1000); }
  bool has(std::string_view manifest) { return images.get(scope, app, digest_of(manifest)).has_value(); }
};

TEST_F(ImageServiceTest, SaysWhatAPutDid) {
  const auto manifest = push_image(app, "one");
  auto put_again = put(app, manifest);
  ASSERT_TRUE(ok(put_again));
  EXPECT_EQ(put_again->effect, PutEffect::unchanged);
  put_again = put(app, manifest, {"v1", "v2"});
  EXPECT_EQ(put_again->effect, PutEffect::tagged);
  EXPECT_EQ(put_again->image.tags, (std::vector<std::string>{"v1", "v2"}));
  EXPECT_EQ(put_again->image.image_size, std::string("config one").size() + std::string("layer one").size());
  EXPECT_EQ(put_again->image.manifest_size, manifest.size());
  EXPECT_EQ(put_again->image.artifact_type, "application/vnd.oci.image.config.v1+json");
  EXPECT_EQ(put(app, manifest, {"v1"})->effect, PutEffect::unchanged);
  EXPECT_EQ(put(app, push_image(app, "two"), {"v1"})->effect, PutEffect::tagged);
  EXPECT_EQ(images.get(scope, app, tag("v1"))->manifest, image_manifest("config two", "layer two"));
  EXPECT_EQ(images.get(scope, app, digest_of(manifest))->manifest, manifest);
}

TEST_F(ImageServiceTest, KeepsImmutableTagsWhereTheyAre) {
  using enum model::TagMutabilityMode;
  struct Case {
    model::TagMutabilityMode mode;
    std::vector<std::string> filters;
    bool v1_moves;
    bool dev_moves;
  };
  const std::vector<Case> cases = {{mutable_, {}, true, true},
                                   {immutable, {}, false, false},
                                   {immutable_with_exclusion, {"dev-*"}, false, true},
                                   {mutable_with_exclusion, {"dev-*"}, true, false}};
  const auto one = push_image(app, "one");
  const auto two = push_image(app, "two");
  for (const auto& each : cases) {
    ASSERT_TRUE(ok(repositories.put_tag_mutability(scope, app, {})));
    ASSERT_TRUE(ok(put(app, one, {"v1", "dev-1"})));
    ASSERT_TRUE(
        ok(repositories.put_tag_mutability(scope, app, model::TagMutability::make(each.mode, each.filters).value())));
    EXPECT_EQ(put(app, one, {"v1", "dev-1"})->effect, PutEffect::unchanged);  // not moved is not overwritten
    const auto fresh = "new-" + std::to_string(static_cast<int>(each.mode));
    const auto all = put(app, two, {fresh, "v1", "dev-1"});
    EXPECT_EQ(all.has_value(), each.v1_moves && each.dev_moves);
    if (!all) {
      EXPECT_TRUE(fails(Errc::tag_immutable, all));
      EXPECT_TRUE(fails(Errc::image_not_found, images.get(scope, app, tag(fresh))));  // all or none
      EXPECT_EQ(images.get(scope, app, tag("v1"))->manifest, one);
    }
    EXPECT_EQ(put(app, two, {"v1"}).has_value(), each.v1_moves);
    EXPECT_EQ(put(app, two, {"dev-1"}).has_value(), each.dev_moves);
  }
}

TEST_F(ImageServiceTest, RefusesAnImageWhosePartsAreMissing) {
  const auto manifest = image_manifest("config one", "layer one");
  const auto refused = put(app, manifest);
  ASSERT_TRUE(fails(Errc::layers_not_found, refused));
  EXPECT_EQ(refused.error().message, "Layers with digests '[" + digest_of("config one").text() + ", " +
                                         digest_of("layer one").text() +
                                         "]' required for pushing image into repository with name 'team/app' in the "
                                         "registry with id '123456789012' do not exist");
  const auto other = repository("team/other");
  make(other);
  push_image(other, "one");
  EXPECT_TRUE(fails(Errc::layers_not_found, put(app, manifest)));  // another repository's are not ours
  EXPECT_TRUE(fails(Errc::referenced_images_not_found, put(app, index_manifest({manifest}))));
  EXPECT_FALSE(has(manifest));
  core.limits.sparse_manifests = true;
  EXPECT_TRUE(ok(put(app, manifest)));
  EXPECT_TRUE(ok(put(app, index_manifest({manifest, "absent"}))));
}

TEST_F(ImageServiceTest, TakesTheSizeOfAListFromItsLargestMember) {
  const auto small = push_image(app, "1");
  const auto large = push_image(app, "a longer name");
  const auto list = put(app, index_manifest({small, large}), {"list"});
  ASSERT_TRUE(ok(list));
  EXPECT_EQ(list->image.image_size,
            std::string("config a longer name").size() + std::string("layer a longer name").size());
}

TEST_F(ImageServiceTest, RefusesSizesThatAreNotTheLayers) {
  push_layer(app, "config");
  push_layer(app, "layer");
  auto manifest = image_manifest("config", "layer");
  manifest.replace(manifest.rfind("\"size\":5"), 8, "\"size\":6");
  EXPECT_TRUE(fails(Errc::manifest_invalid, put(app, manifest)));
}

TEST_F(ImageServiceTest, ComparesEmbeddedDataWithItsDigest) {
  push_layer(app, "{}");
  push_layer(app, "layer");
  const auto with = [](std::string_view data) {
    return fill(
        R"({"schemaVersion":2,"mediaType":"@","config":{"mediaType":"a/b","digest":"@","size":2,"data":"@"},"layers":[@]})",
        {std::string(kOciManifest), digest_of("{}").text(), std::string(data), descriptor("a/c", "layer")});
  };
  EXPECT_TRUE(fails(Errc::manifest_invalid, put(app, with("W10="))));  // "[]"
  EXPECT_TRUE(ok(put(app, with("e30="))));
}

TEST_F(ImageServiceTest, LimitsTheTagsOfAnImage) {
  core.limits.max_tags_per_image = 2;
  const auto manifest = push_image(app, "one", {"a", "b"});
  EXPECT_TRUE(fails(Errc::limit_exceeded, put(app, manifest, {"c"})));
  EXPECT_EQ(tags(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(ImageServiceTest, StoresUnderTheDigestThatWasAskedFor) {
  push_layer(app, "config");
  push_layer(app, "layer");
  const auto manifest = image_manifest("config", "layer");
  PutImage command{.repository = app, .manifest = manifest, .media_type = std::string(kOciManifest), .tags = {}};
  command.expected = digest_of("another manifest");
  EXPECT_TRUE(fails(Errc::image_digest_mismatch, images.put(scope, command)));
  command.expected = digest_of(manifest, model::DigestAlgorithm::sha512);
  const auto made = images.put(scope, command);
  ASSERT_TRUE(ok(made));
  EXPECT_EQ(made->image.digest, *command.expected);
  EXPECT_EQ(images.get(scope, app, *command.expected)->manifest, manifest);
  command.media_type = "application/vnd.docker.distribution.manifest.v2+json";
  EXPECT_TRUE(fails(Errc::manifest_invalid, images.put(scope, command)));
  command.manifest = "{";
  EXPECT_TRUE(fails(Errc::manifest_invalid, images.put(scope, command)));
}

TEST_F(ImageServiceTest, GetsABatchAndSaysWhatIsWrongWithEachOther) {
  const auto one = push_image(app, "one", {"v1"});
  const auto two = push_image(app, "two", {"v2"});
  const auto got = images.batch_get(scope, app,
                                    {by_tag("v1"),
                                     by_digest(two),
                                     {digest_of(one).text(), "v1"},
                                     {std::nullopt, std::nullopt},
                                     {"sha256:xyz", std::nullopt},
                                     {std::nullopt, "-bad"},
                                     by_tag("absent"),
                                     by_digest("absent"),
                                     {digest_of(one).text(), "v2"}});
  ASSERT_TRUE(ok(got));
  ASSERT_EQ(got->images.size(), 3u);
  EXPECT_EQ(got->images[0].content.manifest, one);
  EXPECT_EQ(got->images[0].id.tag, "v1");
  EXPECT_EQ(got->images[0].id.digest, digest_of(one).text());
  EXPECT_EQ(got->images[1].content.manifest, two);
  EXPECT_EQ(got->images[1].id.tag, std::nullopt);
  std::vector<ImageFailure> failures;
  for (const auto& failed : got->failures) failures.push_back(failed.failure);
  using enum ImageFailure;
  EXPECT_EQ(failures, (std::vector{missing_digest_and_tag, invalid_digest, invalid_tag, not_found, not_found,
                                   tag_does_not_match_digest}));
}

TEST_F(ImageServiceTest, DeletesABatch) {
  const auto one = push_image(app, "one", {"a", "b", "c"});
  const auto two = push_image(app, "two", {"d", "e"});
  const auto three = push_image(app, "three");
  auto result = images.batch_delete(scope, app, {by_tag("a"), by_digest(two), by_digest(three), by_tag("nothing")});
  ASSERT_TRUE(ok(result));
  EXPECT_TRUE(has(one));
  EXPECT_FALSE(has(two));
  EXPECT_FALSE(has(three));
  std::set<std::pair<std::string, std::string>> deleted;
  for (const auto& id : result->deleted) deleted.emplace(id.digest.value(), id.tag.value_or(""));
  EXPECT_EQ(deleted, (std::set<std::pair<std::string, std::string>>{{digest_of(one).text(), "a"},
                                                                    {digest_of(two).text(), "d"},
                                                                    {digest_of(two).text(), "e"},
                                                                    {digest_of(three).text(), ""}}));
  ASSERT_EQ(result->failures.size(), 1u);
  EXPECT_EQ(result->failures[0].failure, ImageFailure::not_found);
  // The last tag takes the image with it.
  result = images.batch_delete(scope, app, {by_tag("b"), by_tag("c")});
  EXPECT_EQ(result->deleted.size(), 2u);
  EXPECT_FALSE(has(one));
}

TEST_F(ImageServiceTest, DeletesAListAndItsMembersInAnyOrder) {
  for (int order = 0; order < 6; ++order) {
    const auto one = push_image(app, "one");
    const auto list = index_manifest({one});
    ASSERT_TRUE(ok(put(app, list)));
    const auto outer = index_manifest({list});
    ASSERT_TRUE(ok(put(app, outer)));
    EXPECT_TRUE(fails(Errc::image_referenced, images.remove(scope, app, digest_of(one))));
    const auto alone = images.batch_delete(scope, app, {by_digest(one)});
    ASSERT_EQ(alone->failures.size(), 1u);
    EXPECT_EQ(alone->failures[0].failure, ImageFailure::referenced_by_manifest_list);
    EXPECT_EQ(alone->failures[0].reason,
              "Requested image referenced by manifest list: [" + digest_of(list).text() + "]");
    std::vector<std::string> names = {one, list, outer};
    std::ranges::sort(names);
    for (int i = 0; i < order; ++i) std::ranges::next_permutation(names);
    const auto result =
        images.batch_delete(scope, app, {by_digest(names[0]), by_digest(names[1]), by_digest(names[2])});
    EXPECT_EQ(result->deleted.size(), 3u);
    EXPECT_TRUE(result->failures.empty());
    EXPECT_FALSE(has(one) || has(list) || has(outer));
  }
}

TEST_F(ImageServiceTest, RemovesATagOrAnImage) {
  const auto one = push_image(app, "one", {"a"});
  EXPECT_TRUE(ok(images.remove(scope, app, tag("a"))));
  EXPECT_TRUE(fails(Errc::image_not_found, images.remove(scope, app, tag("a"))));
  EXPECT_TRUE(has(one));
  EXPECT_TRUE(ok(images.remove(scope, app, digest_of(one))));
  EXPECT_TRUE(fails(Errc::image_not_found, images.remove(scope, app, digest_of(one))));
}

TEST_F(ImageServiceTest, DescribesById) {
  const auto one = push_image(app, "one", {"a", "b"});
  const auto found = images.describe(scope, app, {by_tag("b"), by_digest(one), by_tag("a")});
  ASSERT_TRUE(ok(found));
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().tags, (std::vector<std::string>{"a", "b"}));
  const auto refused = images.describe(scope, app, {by_tag("a"), by_tag("x")});
  ASSERT_TRUE(fails(Errc::image_not_found, refused));
  EXPECT_EQ(refused.error().message,
            "The image with imageId {imageDigest:'null', imageTag:'x'} does not exist within the repository with name "
            "'team/app' in the registry with id '123456789012'");
}

TEST_F(ImageServiceTest, PagesOneMoreThanAsked) {
  for (int i = 0; i < 7; ++i) push_image(app, std::to_string(i), {"t" + std::to_string(i), "u" + std::to_string(i)});
  std::size_t described = 0;
  ImagePage page{.filter = {.tags = TagStatus::tagged, .status = {}}, .after = {}, .limit = 3};
  for (;;) {
    auto found = *images.describe_page(scope, app, page);
    const bool more = found.size() > page.limit;
    if (more) found.resize(page.limit, found.front());
    described += found.size();
    if (!more) break;
    page.after = {.pushed = base::to_micros(found.back().pushed), .digest = found.back().digest.text(), .tag = {}};
  }
  EXPECT_EQ(described, 7u);
  std::size_t listed = 0;
  page = {.filter = {}, .after = {}, .limit = 4};
  for (;;) {
    const auto found = *images.list(scope, app, page);
    const auto shown = std::min(found.size(), page.limit);
    listed += shown;
    if (found.size() == shown) break;
    page.after = found[shown - 1].position;
  }
  EXPECT_EQ(listed, 14u);
  EXPECT_EQ(*images.tags(scope, app, "t5", 3), (std::vector<std::string>{"t6", "u0", "u1"}));
}

TEST_F(ImageServiceTest, ListsReferrers) {
  const auto subject = push_image(app, "one");
  const auto extra = ",\"artifactType\":\"a/sbom\",\"subject\":" + descriptor(kOciManifest, subject);
  const auto signature = push_image(app, "signature", {}, extra);
  const auto found = images.referrers(scope, app, digest_of(subject), {.after = {}, .limit = 10, .artifact_types = {}});
  ASSERT_TRUE(ok(found));
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().digest, digest_of(signature));
  EXPECT_EQ(found->front().artifact_type, "a/sbom");
  EXPECT_TRUE(
      images.referrers(scope, app, digest_of("nobody"), {.after = {}, .limit = 10, .artifact_types = {}})->empty());
  EXPECT_TRUE(ok(images.remove(scope, app, digest_of(subject))));  // a referrer does not hold its subject
}

}  // namespace
}  // namespace berth::service
