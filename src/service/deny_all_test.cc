// No method of a service does anything before it has asked.
#include <functional>

#include "service/service_test_support.h"

namespace berth::service {
namespace {

TEST(DenyAll, StopsEveryMethod) {
  World world;
  const auto manifest = world.push_image(world.app, "one", {"v1"});
  const auto layer = digest_of("layer one");
  const auto upload = world.layers.start(world.scope, world.app, model::DigestAlgorithm::sha256)->id;
  const auto tag = model::Tag::parse("v1").value();
  const auto digest = digest_of(manifest);
  const auto prefix = model::TemplatePrefix::parse("team").value();
  const auto& app = world.app;
  const auto& s = world.scope;
  const std::vector<model::ImageId> ids = {{digest.text(), std::nullopt}};
  const auto sha256 = model::DigestAlgorithm::sha256;

  const auth::DenyAll nobody;
  const Core core{.store = world.store,
                  .blobs = world.blobs,
                  .authorizer = nobody,
                  .clock = world.clock,
                  .random = world.random,
                  .limits = {}};
  RepositoryService repositories(core);
  LayerService layers(core);
  ImageService images(core, world.pulls);
  PullExclusionService pull_exclusions(core, world.exclusion_cache);
  PolicyService policies(core);
  LifecycleService lifecycle(core);
  TemplateService templates(core);

  using Errc = base::Errc;
  const auto denied = [](const auto& result) { return fails(Errc::access_denied, result); };
  for (const auto& ref : {app, repository("no/where")}) {
    EXPECT_TRUE(denied(repositories.create(s, {.repository = ref, .mutability = {}})));
    EXPECT_TRUE(denied(repositories.describe(s, ref.registry, {ref.name})));
    EXPECT_TRUE(denied(repositories.list(s, ref.registry, {})));
    EXPECT_TRUE(denied(repositories.remove(s, ref, Force::yes)));
    EXPECT_TRUE(denied(repositories.put_tag_mutability(s, ref, {})));
    EXPECT_TRUE(denied(repositories.put_scan_on_push(s, ref, true)));
    EXPECT_TRUE(denied(repositories.rename(s, ref, repository("new/name").name)));
    EXPECT_TRUE(denied(repositories.set_deletion_protection(s, ref, DeletionProtection::on)));
    EXPECT_TRUE(denied(repositories.usage(s, ref.registry, "", {})));
    EXPECT_TRUE(denied(repositories.remove_below(s, ref.registry, {.prefix = ref.name.text()})));
    EXPECT_TRUE(denied(repositories.tag(s, ref, {{"key", "value"}})));
    EXPECT_TRUE(denied(repositories.untag(s, ref, {"key"})));
    EXPECT_TRUE(denied(repositories.tags(s, ref)));
    EXPECT_TRUE(denied(repositories.require(s, auth::Action::describe_registry, ref.registry)));

    EXPECT_TRUE(denied(policies.set_repository(s, ref, "{}", Force::yes)));
    EXPECT_TRUE(denied(policies.repository(s, ref)));
    EXPECT_TRUE(denied(policies.remove_repository(s, ref)));
    EXPECT_TRUE(denied(policies.put_registry(s, ref.registry, "{}")));
    EXPECT_TRUE(denied(policies.registry(s, ref.registry)));
    EXPECT_TRUE(denied(policies.remove_registry(s, ref.registry)));
    EXPECT_TRUE(denied(policies.setting(s, ref.registry, "BLOB_MOUNTING")));
    EXPECT_TRUE(denied(policies.put_setting(s, ref.registry, "BLOB_MOUNTING", "DISABLED")));

    EXPECT_TRUE(denied(layers.start(s, ref, sha256)));
    EXPECT_TRUE(denied(layers.status(s, ref, upload)));
    EXPECT_TRUE(denied(layers.cancel(s, ref, upload)));
    EXPECT_TRUE(denied(layers.append(s, ref, upload, 0)));
    EXPECT_TRUE(denied(layers.finish(s, ref, upload, 0, sha256, Carries::nothing)));
    EXPECT_TRUE(denied(layers.upload_at_once(s, ref, sha256)));
    EXPECT_TRUE(denied(layers.put_part(s, {.repository = ref, .upload = upload, .first = 0, .last = 0, .bytes = "x"})));
    EXPECT_TRUE(denied(layers.complete(s, ref, upload, {layer})));
    EXPECT_TRUE(denied(layers.check(s, ref, {layer})));
    EXPECT_TRUE(denied(layers.open(s, ref, layer, World::whole)));
    EXPECT_TRUE(denied(layers.require_download(s, ref, layer)));
    EXPECT_TRUE(denied(layers.mount(s, ref, layer, std::nullopt)));
    EXPECT_TRUE(denied(layers.remove(s, ref, layer)));

    EXPECT_TRUE(denied(images.put(s, {.repository = ref, .manifest = manifest, .media_type = {}, .tags = {}})));
    EXPECT_TRUE(denied(images.get(s, ref, digest)));
    EXPECT_TRUE(denied(images.get(s, ref, tag)));
    EXPECT_TRUE(denied(images.batch_get(s, ref, ids)));
    EXPECT_TRUE(denied(images.batch_delete(s, ref, ids)));
    EXPECT_TRUE(denied(images.remove(s, ref, digest)));
    EXPECT_TRUE(denied(images.remove(s, ref, tag)));
    EXPECT_TRUE(denied(images.list(s, ref, {})));
    EXPECT_TRUE(denied(images.describe(s, ref, ids)));
    EXPECT_TRUE(denied(images.describe_page(s, ref, {})));
    EXPECT_TRUE(denied(images.update_storage_class(s, ref, ids.front(), model::StorageClass::archive)));
    EXPECT_TRUE(denied(images.tags(s, ref, "", 1)));
    EXPECT_TRUE(
        denied(images.referrers(s, ref, digest, {.after = {}, .limit = 1, .artifact_types = {}, .status = {}})));

    EXPECT_TRUE(denied(pull_exclusions.add(s, ref.registry, "arn:aws:iam::123456789012:role/scanner")));
    EXPECT_TRUE(denied(pull_exclusions.remove(s, ref.registry, "arn:aws:iam::123456789012:role/scanner")));
    EXPECT_TRUE(denied(pull_exclusions.list(s, ref.registry, "", 1)));

    EXPECT_TRUE(denied(templates.create(s, ref.registry, prefix, {})));
    EXPECT_TRUE(denied(templates.update(s, ref.registry, prefix, {})));
    EXPECT_TRUE(denied(templates.remove(s, ref.registry, prefix)));
    EXPECT_TRUE(denied(templates.find(s, ref.registry, {prefix})));
    EXPECT_TRUE(denied(templates.list(s, ref.registry, "", 1)));

    EXPECT_TRUE(denied(lifecycle.put(s, ref, "{}")));
    EXPECT_TRUE(denied(lifecycle.get(s, ref)));
    EXPECT_TRUE(denied(lifecycle.remove(s, ref)));
    EXPECT_TRUE(denied(lifecycle.start_preview(s, ref, "{}")));
    EXPECT_TRUE(denied(lifecycle.preview(s, ref, {})));
    EXPECT_TRUE(denied(lifecycle.put_default(s, ref.registry, "{}")));
    EXPECT_TRUE(denied(lifecycle.default_policy(s, ref.registry)));
    EXPECT_TRUE(denied(lifecycle.remove_default(s, ref.registry)));
    EXPECT_TRUE(denied(lifecycle.records(s, ref)));
  }
  // And nothing has changed.
  EXPECT_EQ(world.images.get(s, app, tag)->manifest, manifest);
  EXPECT_TRUE(ok(world.layers.open(s, app, layer, World::whole)));
  EXPECT_EQ(world.layers.status(s, app, upload)->size, 0u);
  EXPECT_EQ(world.repositories.list(s, app.registry, {})->size(), 1u);
  EXPECT_TRUE(world.repositories.tags(s, app)->empty());
  EXPECT_TRUE(world.contents->uploads.empty());
  EXPECT_FALSE(world.images.describe(s, app, {{digest.text(), std::nullopt}})->at(0).pulled);
}

}  // namespace
}  // namespace berth::service
