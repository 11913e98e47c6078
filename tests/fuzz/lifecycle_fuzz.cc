// A lifecycle policy from a stranger. What is accepted is well formed, makes the same plan twice, and a plan never acts
// on what a list holds, nor on an image that a rule retains.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lifecycle/explain.h"
#include "engine/lifecycle/plan.h"
#include "engine/lifecycle/policy.h"

namespace {

using namespace berth;
using namespace berth::engine::lifecycle;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr base::Timestamp kNow = base::from_micros(1'800'000'000'000'000);

Repository some_images() {
  const std::vector<std::vector<std::string>> tags{
      {"latest", "v1.2.3"}, {}, {"prod-1"}, {"a", "b"}, {}, {"2.0.0"}, {"dev*"}, {}};
  Repository repository;
  for (ImageIndex i = 0; i < 24; ++i) {
    const std::string raw(32, static_cast<char>('a' + i));
    Image image{.digest = model::Digest::from_raw(model::DigestAlgorithm::sha256, raw),
                .tags = tags[i % tags.size()],
                .pushed = kNow - std::chrono::hours(13 * (i + 1) * (i + 1))};
    if (i % 5 == 0) image.pulled = kNow - std::chrono::hours(9 * i);
    if (i % 7 == 3) {
      image.storage = StorageClass::archive;
      image.archived = kNow - std::chrono::hours(24 * 10 * i);
    }
    if (i % 6 == 5) image.subject = i - 3;
    if (i % 8 == 6) repository.memberships.push_back({.list = i, .member = i - 2});
    repository.images.push_back(std::move(image));
  }
  return repository;
}

void check_rules(const Policy& policy) {
  require(!policy.rules.empty() && policy.rules.size() <= kMaxRules);
  std::int64_t last = 0;
  for (const Rule& rule : policy.rules) {
    require(rule.priority > last && rule.priority <= kMaxNumber);
    last = rule.priority;
    require(rule.count_type ? rule.count >= 1 && rule.count <= kMaxNumber : rule.action == Action::retain);
    require((rule.tag_status == TagStatus::tagged) == (rule.patterns.size() + rule.prefixes.size() > 0));
    require(policy.extended || (rule.action != Action::retain && !rule.semver));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = parse_policy(text);
  if (!policy) {
    require(policy.error().code == base::Errc::invalid_parameter);
    return 0;
  }
  check_rules(*policy);
  const Repository repository = some_images();
  const Plan plan = make_plan(repository, *policy, kNow);
  const Plan again = make_plan(repository, *policy, kNow);
  require(plan.acted_on == again.acted_on && plan.acted_on.size() == plan.expiring + plan.archiving);
  for (const ImageIndex image : plan.acted_on) {
    const Decision& decision = plan.decisions[image];
    require(decision.fate != Fate::keep && decision.rule != kNoRule);
    require(decision.reason == Reason::over_limit || decision.reason == Reason::follows_subject);
    for (const auto& [list, member] : repository.memberships) require(member != image || decision.fate != Fate::expire);
    require(!explain(repository, &*policy, decision).empty());
  }
  return 0;
}
