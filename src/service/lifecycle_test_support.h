// A repository with a lifecycle policy, and who carries it out. Included by *_test.cc only.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/lifecycle_preview_maker.h"
#include "service/lifecycle_runs.h"
#include "service/service_test_support.h"

namespace berth::service {

inline constexpr std::string_view kKeepOne =
    R"({"rules": [{"rulePriority": 1, "description": "keep the newest", "selection":
  {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1}, "action": {"type": "expire"}}]})";
inline constexpr std::string_view kUntagged =
    R"({"rules": [{"rulePriority": 7, "description": "untagged, soon", "selection":
  {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 3},
  "action": {"type": "expire"}}]})";
inline constexpr std::string_view kArchive = R"({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any",
  "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1},
  "action": {"type": "transition", "targetStorageClass": "archive"}}]})";

struct LifecycleTest : testing::Test {
  World world;
  base::NullLog log;
  base::Metrics metrics;
  LifecycleRuns runs{world.core, world.pulls, log, metrics};
  LifecyclePreviewMaker previews{world.core, log};

  void put(std::string_view text) { EXPECT_TRUE(ok(world.lifecycle.put(world.scope, world.app, std::string(text)))); }
  void wait(std::chrono::microseconds time) { world.clock.advance(time); }
  // Image after image, a second apart.
  std::string push(const std::string& name, const std::vector<std::string>& tags = {}, std::string_view extra = "") {
    wait(std::chrono::seconds(1));
    return world.push_image(world.app, name, tags, extra);
  }
  // Everything that is due, to its end.
  std::size_t run() {
    std::size_t steps = 0;
    for (auto done = runs.step(); ok(done) && *done > 0; done = runs.step()) ++steps;
    return steps;
  }
  std::size_t settle_and_run() {
    wait(world.core.limits.lifecycle_settle);
    return run();
  }
  std::set<std::string> tags() {
    const auto all = world.images.tags(world.scope, world.app, "", 100'000).value();
    return {all.begin(), all.end()};
  }
  std::size_t images() { return world.images.list(world.scope, world.app, {.limit = 100'000})->size(); }
  base::Timestamp evaluated() { return world.lifecycle.get(world.scope, world.app)->evaluated; }
  void make_previews() {
    for (auto done = previews.step(); ok(done) && *done > 0;) done = previews.step();
  }
  base::Result<Preview> preview(const PreviewPage& page = {}) {
    return world.lifecycle.preview(world.scope, world.app, page);
  }
};

}  // namespace berth::service
