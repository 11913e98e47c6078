// Plans a repository of 100,000 images under policies of 50 rules. Fails above a second or 64 MiB, all included:
// images, policy, plan.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/lifecycle/plan.h"
#include "engine/lifecycle/policy.h"

namespace {

using namespace berth;
using namespace berth::engine::lifecycle;

constexpr std::size_t kImages = 100'000;
constexpr double kMostSeconds = 1.0;
constexpr long kMostKib = 64 * 1024;
constexpr base::Timestamp kNow = base::from_micros(1'800'000'000'000'000);

// Two tags each, every tenth without, every tenth a list of two that are not tagged, every tenth a referrer.
Repository repository() {
  Repository made;
  made.images.reserve(kImages);
  for (std::size_t i = 0; i < kImages; ++i) {
    std::string raw(32, '\0');
    for (std::size_t k = 0; k < raw.size(); ++k) raw[k] = static_cast<char>((i * 2654435761u) >> (k % 4 * 8));
    raw.replace(0, 8, std::to_string(10'000'000 + i));
    Image image{.digest = model::Digest::from_raw(model::DigestAlgorithm::sha256, raw),
                .pushed = kNow - std::chrono::minutes((i * 7919) % 500'000)};
    const std::size_t kind = i % 10;
    if (kind < 7) {
      image.tags = {"team" + std::to_string(i % 60) + "-" + std::to_string(i), "1." + std::to_string(i % 90) + ".0"};
    }
    if (kind == 9) image.subject = static_cast<ImageIndex>(i - 9);
    if (kind % 3 == 0) image.pulled = image.pushed + std::chrono::hours(i % 50);
    made.images.push_back(std::move(image));
    if (kind == 8) {
      made.memberships.push_back({.list = static_cast<ImageIndex>(i - 3), .member = static_cast<ImageIndex>(i)});
      made.memberships.push_back({.list = static_cast<ImageIndex>(i - 3), .member = static_cast<ImageIndex>(i - 1)});
    }
  }
  return made;
}

std::string selection(const std::string& kind, int i) {
  const std::string n = std::to_string(i);
  if (kind == "prefixes") return R"("tagPrefixList":["team)" + n + R"(-"])";
  if (kind == "versions") return R"("tagPatternList":["1.*","team)" + n + R"(-*"],"semver":"minor")";
  return R"("tagPatternList":["*)" + n + R"(-*","*.)" + n + R"(*0*"])";
}

// 49 rules about tags and one about all the rest; counts that are never reached cost the most.
Policy policy(const std::string& kind) {
  std::string text = R"({"berth":{},"rules":[)";
  for (int i = 1; i < 50; ++i) {
    const bool age = kind != "versions" && i % 3 == 0;
    text += R"({"rulePriority":)" + std::to_string(i) + R"(,"selection":{"tagStatus":"tagged",)" + selection(kind, i) +
            R"(,"countNumber":)" + std::to_string(i % 3 == 1 ? 100'000 : 20) +
            (age ? R"(,"countType":"sinceImagePushed","countUnit":"days")" : R"(,"countType":"imageCountMoreThan")") +
            R"(},"action":{"type":"expire"}},)";
  }
  text += R"({"rulePriority":50,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":99999},)"
          R"("action":{"type":"expire"}}]})";
  return parse_policy(text).value();
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main() {
  using Clock = std::chrono::steady_clock;
  bool good = true;
  const Repository images = repository();
  for (const std::string kind : {"prefixes", "patterns", "versions"}) {
    const Policy rules = policy(kind);
    const auto begin = Clock::now();
    const Plan plan = make_plan(images, rules, kNow);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::printf("lifecycle %-8s  %zu images x %zu rules: %.3f s, %u to expire, %.1f MiB at most so far\n", kind.c_str(),
                images.images.size(), rules.rules.size(), seconds, plan.expiring,
                static_cast<double>(peak_kib()) / 1024);
    good = good && seconds < kMostSeconds && peak_kib() < kMostKib;
  }
  std::puts(good ? "lifecycle: within 1 s and 64 MiB" : "lifecycle: NOT within 1 s and 64 MiB");
  return good ? 0 : 1;
}
