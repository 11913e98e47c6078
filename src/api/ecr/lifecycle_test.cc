// Lifecycle policies and their previews, as clients say them.
#include "api/ecr/ecr_test_support.h"
#include "service/lifecycle_preview_maker.h"
#include "service/lifecycle_runs.h"

namespace berth::api::ecr {
namespace {

const std::string kKeepOne =
    R"({"rules":[{"rulePriority":3,"description":"keep the newest","selection":{"tagStatus":"any",)"
    R"("countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]})";

struct Lifecycle : EcrTest {
  service::LifecyclePreviewMaker previews{world.core, log};

  static std::string with(std::string_view text) {
    return json_text("{'repositoryName':'team/app','lifecyclePolicyText':@}", {json_string(text)});
  }
  static std::string in_app(std::string_view more = "") {
    return json_text("{'repositoryName':'team/app'" + std::string(more) + "}");
  }
  std::string push(const std::string& name, const std::vector<std::string>& tags = {}) {
    world.clock.advance(std::chrono::seconds(1));
    return service::digest_of(world.push_image(world.app, name, tags)).text();
  }
  std::string result(const std::string& digest, const std::string& tags, std::int64_t pushed) {
    return json_text(
        "{@'imageDigest':'@','imagePushedAt':@.0,'action':{'type':'EXPIRE'},'appliedRulePriority':3,"
        "'storageClass':'STANDARD'}",
        {tags.empty() ? "" : json_text("'imageTags':['@'],", {tags}), digest, std::to_string(pushed)});
  }
};

TEST_F(Lifecycle, PutGetDelete) {
  const auto head = json_text("{'registryId':'123456789012','repositoryName':'team/app','lifecyclePolicyText':@",
                              {json_string(kKeepOne)});
  EXPECT_EQ(good("PutLifecyclePolicy", with(kKeepOne)), head + "}");
  EXPECT_EQ(good("GetLifecyclePolicy", in_app()), head + R"(,"lastEvaluatedAt":0.0})");
  world.clock.advance(world.core.limits.lifecycle_settle);
  base::Metrics metrics;
  service::LifecycleRuns runs(world.core, world.pulls, log, metrics);
  for (auto done = runs.step(); base::ok(done) && *done > 0;) done = runs.step();
  const auto evaluated =
      R"(,"lastEvaluatedAt":)" + std::to_string(base::to_micros(world.clock.now()) / 1'000'000) + ".0}";
  EXPECT_EQ(good("GetLifecyclePolicy", in_app()), head + evaluated);
  EXPECT_EQ(good("DeleteLifecyclePolicy", in_app()), head + evaluated);
  for (const auto* operation : {"GetLifecyclePolicy", "DeleteLifecyclePolicy", "StartLifecyclePolicyPreview"}) {
    EXPECT_EQ(bad(operation, in_app()),
              R"({"__type":"LifecyclePolicyNotFoundException","message":"Lifecycle policy does not exist for the )"
              R"(repository with name 'team/app' in the registry with id '123456789012'"})");
  }
}

TEST_F(Lifecycle, BadPolicies) {
  EXPECT_EQ(bad("PutLifecyclePolicy", with(std::string(120, 'x'))),
            invalid("LifecyclePolicyText",
                    "Lifecycle policy validation failure: Could not map policyString into LifecyclePolicy."));
  EXPECT_EQ(exception("PutLifecyclePolicy", with("{}")), "InvalidParameterException");
  EXPECT_EQ(exception("PutLifecyclePolicy", with(std::string(30'721, ' '))), "InvalidParameterException");
  EXPECT_EQ(exception("StartLifecyclePolicyPreview", with("{}")), "InvalidParameterException");
  EXPECT_EQ(bad("PutLifecyclePolicy",
                json_text("{'repositoryName':'no/where','lifecyclePolicyText':@}", {json_string(kKeepOne)})),
            no_repository("no/where"));
}

TEST_F(Lifecycle, Preview) {
  const auto a = push("a", {"v1"});
  const auto b = push("b");
  push("c", {"v3"});
  const auto pushed = base::to_micros(world.clock.now()) / 1'000'000;
  EXPECT_EQ(exception("GetLifecyclePolicyPreview", in_app()), "LifecyclePolicyPreviewNotFoundException");
  const auto head = json_text("{'registryId':'123456789012','repositoryName':'team/app','lifecyclePolicyText':@",
                              {json_string(kKeepOne)});
  EXPECT_EQ(good("StartLifecyclePolicyPreview", with(kKeepOne)), head + R"(,"status":"IN_PROGRESS"})");
  EXPECT_EQ(exception("StartLifecyclePolicyPreview", with(kKeepOne)), "LifecyclePolicyPreviewInProgressException");
  EXPECT_EQ(good("GetLifecyclePolicyPreview", in_app()), head + R"(,"status":"IN_PROGRESS"})");
  EXPECT_EQ(*previews.step(), 1u);
  const auto first = result(a, "v1", pushed - 2);
  const auto second = result(b, "", pushed - 1);
  const auto summary = json_text("],'summary':{'expiringImageTotalCount':2}}");
  const auto complete = head + json_text(",'status':'COMPLETE',");
  EXPECT_EQ(good("GetLifecyclePolicyPreview", in_app()),
            complete + json_text("'previewResults':[") + first + "," + second + summary);
  EXPECT_EQ(good("GetLifecyclePolicyPreview", in_app(",'filter':{'tagStatus':'UNTAGGED'}")),
            complete + json_text("'previewResults':[") + second + summary);
  EXPECT_EQ(good("GetLifecyclePolicyPreview", in_app(",'imageIds':[{'imageTag':'v1'},{'imageTag':'v3'}]")),
            complete + json_text("'previewResults':[") + first + summary);

  const auto page = good("GetLifecyclePolicyPreview", in_app(",'maxResults':1"));
  const auto token = member(page, "nextToken");
  EXPECT_TRUE(page.ends_with("[" + first + summary)) << page;
  EXPECT_EQ(good("GetLifecyclePolicyPreview", in_app(",'maxResults':1,'nextToken':'" + token + "'")),
            complete + json_text("'previewResults':[") + second + summary);
  EXPECT_EQ(exception("GetLifecyclePolicyPreview", in_app(",'maxResults':101")), "InvalidParameterException");
  EXPECT_EQ(exception("GetLifecyclePolicyPreview", in_app(",'maxResults':1,'imageIds':[{'imageTag':'v1'}]")),
            "InvalidParameterException");
  EXPECT_EQ(exception("GetLifecyclePolicyPreview", in_app(",'nextToken':'bm8'")), "InvalidParameterException");

  // A page of the preview before is not a page of this one.
  good("StartLifecyclePolicyPreview", with(kKeepOne));
  EXPECT_EQ(*previews.step(), 1u);
  EXPECT_EQ(exception("GetLifecyclePolicyPreview", in_app(",'nextToken':'" + token + "'")),
            "InvalidParameterException");
}

TEST_F(Lifecycle, PreviewOfTheArchive) {
  push("a", {"v1"});
  world.clock.advance(std::chrono::hours(50));
  const std::string archive =
      R"({"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"sinceImagePushed","countUnit":"days",)"
      R"("countNumber":2},"action":{"type":"transition","targetStorageClass":"archive"}}]})";
  good("PutLifecyclePolicy", with(archive));
  good("StartLifecyclePolicyPreview", with(archive));
  EXPECT_EQ(*previews.step(), 1u);
  const auto answer = good("GetLifecyclePolicyPreview", in_app());
  EXPECT_TRUE(answer.contains(json_text("'action':{'type':'TRANSITION','targetStorageClass':'ARCHIVE'}"))) << answer;
  EXPECT_TRUE(
      answer.ends_with(json_text("'summary':{'expiringImageTotalCount':0,'transitioningImageTotalCounts':[{"
                                 "'targetStorageClass':'ARCHIVE','imageTotalCount':1}]}}")))
      << answer;
}

}  // namespace
}  // namespace berth::api::ecr
