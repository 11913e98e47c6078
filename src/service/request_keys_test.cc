// What each method asks with, besides who, what and where.
#include "service/request_keys.h"

#include <set>

#include "service/service_test_support.h"

namespace berth::service {
namespace {

class Recorder final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question& question) const override {
    std::string text(question.action);
    for (const auto* key : {"aws:TagKeys", "aws:RequestTag/Team", "aws:RequestTag/Owner", "ecr:ImageTag",
                            "ecr:ImageDigest", "ecr:AccountSetting"}) {
      const auto* const values = question.context.find(key);
      if (values == nullptr) continue;
      text += std::string(" ") + key + "=";
      for (const auto& value : *values) text += "[" + value.substr(0, 20) + "]";
    }
    asked.push_back(std::move(text));
    return auth::DenyAll().require(question);
  }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
  mutable std::vector<std::string> asked;
};

// Says yes, and remembers.
class Agreeing final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question& question) const override {
    (void)recorder.require(question);
    return {};
  }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
  Recorder recorder;
};

TEST(RequestKeys, EachMethodSaysWhatOnlyItKnows) {
  World world;
  const Agreeing agreeing;
  const Core core{.store = world.store,
                  .blobs = world.blobs,
                  .authorizer = agreeing,
                  .clock = world.clock,
                  .random = world.random,
                  .limits = {}};
  RepositoryService repositories(core);
  ImageService images(core, world.pulls);
  PolicyService policies(core);
  const auto take = [&] {
    std::string all;
    for (const auto& each : agreeing.recorder.asked) all += each + "\n";
    agreeing.recorder.asked.clear();
    return all;
  };
  const auto& s = world.scope;
  (void)repositories.create(s, {.repository = repository("new"), .mutability = {}, .tags = {{"Team", "red"}}});
  EXPECT_EQ(take(),
            "ecr:CreateRepository aws:TagKeys=[Team] aws:RequestTag/Team=[red]\n"
            "ecr:TagResource aws:TagKeys=[Team] aws:RequestTag/Team=[red]\n");
  (void)repositories.create(s, {.repository = repository("newer"), .mutability = {}});
  EXPECT_EQ(take(), "ecr:CreateRepository\n");
  (void)repositories.tag(s, world.app, {{"Team", "red"}, {"Owner", "me"}});
  EXPECT_EQ(take(), "ecr:TagResource aws:TagKeys=[Team][Owner] aws:RequestTag/Team=[red] aws:RequestTag/Owner=[me]\n");
  (void)repositories.untag(s, world.app, {"Team", "Owner"});
  EXPECT_EQ(take(), "ecr:UntagResource aws:TagKeys=[Team][Owner]\n");

  const std::vector<model::ImageId> ids = {
      {"sha256:0123456789abcdef", "v1"}, {std::nullopt, "v2"}, {std::nullopt, "v2"}};
  (void)images.batch_get(s, world.app, ids);
  EXPECT_EQ(take(),
            "ecr:BatchGetImage ecr:ImageTag=[v1] ecr:ImageDigest=[sha256:0123456789abc]\n"
            "ecr:BatchGetImage ecr:ImageTag=[v2]\n");
  (void)images.batch_delete(s, world.app, {});
  EXPECT_EQ(take(), "ecr:BatchDeleteImage\n");
  (void)images.batch_delete(s, world.app, {{std::nullopt, "v2"}});
  EXPECT_EQ(take(), "ecr:BatchDeleteImage ecr:ImageTag=[v2]\n");
  (void)images.update_storage_class(s, world.app, {std::nullopt, "v2"}, model::StorageClass::archive);
  EXPECT_EQ(take(), "ecr:UpdateImageStorageClass ecr:ImageTag=[v2]\n");
  (void)policies.setting(s, registry(), "BLOB_MOUNTING");
  (void)policies.put_setting(s, registry(), "NO_SUCH", "x");
  EXPECT_EQ(take(),
            "ecr:GetAccountSetting ecr:AccountSetting=[BLOB_MOUNTING]\n"
            "ecr:PutAccountSetting ecr:AccountSetting=[NO_SUCH]\n");
}

// One image that is denied denies the call.
TEST(RequestKeys, EveryImageOfABatchMustBeAllowed) {
  World world;
  struct NotSecret final : auth::Authorizer {
    base::Result<void> require(const auth::Question& question) const override {
      const auto* const tag = question.context.find("ecr:ImageTag");
      return tag != nullptr && tag->front() == "secret" ? auth::DenyAll().require(question) : base::Result<void>();
    }
    base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
  } not_secret;
  const Core core{.store = world.store,
                  .blobs = world.blobs,
                  .authorizer = not_secret,
                  .clock = world.clock,
                  .random = world.random,
                  .limits = {}};
  ImageService images(core, world.pulls);
  EXPECT_TRUE(ok(images.batch_get(world.scope, world.app, {{std::nullopt, "v1"}})));
  EXPECT_TRUE(fails(base::Errc::access_denied,
                    images.batch_get(world.scope, world.app, {{std::nullopt, "v1"}, {std::nullopt, "secret"}})));
}

}  // namespace
}  // namespace berth::service
