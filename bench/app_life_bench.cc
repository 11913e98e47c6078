// Pushes and pulls while a repository of 100,000 images is deleted, and while a lifecycle policy expires another's: p50
// and p99 beside those of an idle server, on SQLite and disk, at the pace of the default options. Fails if a p99 is
// above twice the idle one.
// usage: app_life_bench FOLDER [IMAGES [SECONDS]]     SECONDS: how long each is watched at most
#include <atomic>
#include <functional>
#include <thread>

#include "bench_support.h"
#include "config/options.h"
#include "service/lifecycle_runs.h"
#include "service/repository_removals.h"
#include "work/loop.h"

namespace {

using namespace berth;
using namespace berth::bench;

constexpr int kPushers = 2, kPullers = 4;
constexpr auto kPushEvery = std::chrono::milliseconds(40), kPullEvery = std::chrono::milliseconds(5);
constexpr std::string_view kExpire =
    R"({"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"sinceImagePushed","countUnit":"days",)"
    R"("countNumber":1},"action":{"type":"expire"}}]})";

struct Load {
  Times pushes, pulls;
};

// Until `done`.
Load load(Registry& registry, const std::string& prefix, const std::function<bool()>& done) {
  const auto ref = registry.name("busy");
  std::vector<Times> pushes(kPushers), pulls(kPullers);
  std::vector<std::jthread> threads;
  for (int p = 0; p < kPushers; ++p) {
    threads.emplace_back([&, p] {
      for (int i = 0; !done(); ++i) {
        const auto name = prefix + std::to_string(p) + "-" + std::to_string(i);
        const auto begun = Clock::now();
        registry.push_image(ref, name, name);
        pushes[static_cast<std::size_t>(p)].add(begun);
        std::this_thread::sleep_until(begun + kPushEvery);
      }
    });
  }
  for (int p = 0; p < kPullers; ++p) {
    threads.emplace_back([&, p] {
      const auto tag = must(model::Tag::parse("pulled"));
      const auto layer = digest_of("pulled");
      while (!done()) {
        const auto begun = Clock::now();
        must(registry.images.get(registry.scope, ref, tag));
        must(registry.layers.open(registry.scope, ref, layer,
                                  [](std::uint64_t size) { return blob::ByteRange{.first = 0, .length = size}; }));
        pulls[static_cast<std::size_t>(p)].add(begun);
        std::this_thread::sleep_until(begun + kPullEvery);
      }
    });
  }
  threads.clear();
  Load out;
  for (const auto& each : pushes) out.pushes.add(each);
  for (const auto& each : pulls) out.pulls.add(each);
  return out;
}

// The load beside a loop over `step`, as work::Loop runs it, until there is nothing to do or the time is over.
Load beside(Registry& registry, const std::string& prefix, std::chrono::seconds most,
            const std::function<work::Progress()>& step) {
  std::atomic<bool> over = false;
  const auto until = Clock::now() + most;
  std::jthread worker([&] {
    while (Clock::now() < until) {
      const auto progress = step();
      if (progress.done == 0) break;
      std::this_thread::sleep_for(progress.rest);
    }
    over = true;
  });
  return load(registry, prefix, [&] { return over.load(); });
}

bool print(const char* what, Load& load, Load* idle) {
  std::printf("%-10s push p50 %6.0f us  p99 %6.0f us  max %7.0f us | pull p50 %6.0f us  p99 %6.0f us  max %7.0f us",
              what, load.pushes.at(.5), load.pushes.at(.99), load.pushes.at(1), load.pulls.at(.5), load.pulls.at(.99),
              load.pulls.at(1));
  if (idle == nullptr) {
    std::puts("");
    return true;
  }
  const double push = load.pushes.at(.99) / idle->pushes.at(.99);
  const double pull = load.pulls.at(.99) / idle->pulls.at(.99);
  std::printf(" | p99 / idle: push %.2f pull %.2f\n", push, pull);
  return push < 2 && pull < 2;
}

std::size_t left(Registry& registry, const std::string& repository) {
  return must(registry.store.read({}, [&](meta::Tx& tx) { return tx.images().count(repository); }));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::size_t images = argc > 2 ? std::stoul(argv[2]) : 100'000;
  const std::chrono::seconds most(argc > 3 ? std::stol(argv[3]) : 3'600);
  const config::Options options;
  Registry registry(argv[1]);
  registry.core.limits.lifecycle_settle = {};
  const auto old = registry.clock.now() - std::chrono::hours(48);
  registry.make("busy");
  registry.push_image(registry.name("busy"), "pulled", "pulled");
  registry.fill(registry.make("deleted"), images, 2, old);
  const auto expired = registry.make("expired");
  registry.fill(expired, images, 2, old);
  std::printf("two repositories of %zu images\n", images);

  const auto end = Clock::now() + std::min<std::chrono::seconds>(most, std::chrono::seconds(60));
  auto idle = load(registry, "idle", [&] { return Clock::now() >= end; });
  bool good = print("idle", idle, nullptr);

  base::NullLog log;
  auto begun = Clock::now();
  must(registry.repositories.remove(registry.scope, registry.name("deleted"), service::Force::yes));
  const std::chrono::duration<double, std::milli> gone = Clock::now() - begun;
  service::RepositoryRemovals removals(registry.core, log, registry.metrics);
  begun = Clock::now();
  auto deleting = beside(registry, "deleting", most, [&] {
    const auto rows = must(removals.step());
    return work::Progress(rows, std::chrono::milliseconds(1'000 * rows / options.registry.deletion_rows_per_second));
  });
  std::printf("deleted in %.1f ms, cleared away in %.0f s\n", gone.count(),
              std::chrono::duration<double>(Clock::now() - begun).count());
  good = print("deleting", deleting, &idle) && good;

  must(registry.lifecycle.put(registry.scope, registry.name("expired"), std::string(kExpire)));
  service::LifecycleRuns runs(registry.core, registry.pulls, log, registry.metrics);
  begun = Clock::now();
  auto expiring = beside(registry, "expiring", most, [&] {
    const auto before = runs.acted_on();
    const auto done = must(runs.step());
    return work::Progress(
        done, std::chrono::milliseconds(1'000 * (runs.acted_on() - before) / options.lifecycle.images_per_second));
  });
  std::printf("%zu images expired in %.0f s\n", images - left(registry, expired),
              std::chrono::duration<double>(Clock::now() - begun).count());
  good = print("expiring", expiring, &idle) && good;
  std::puts(good ? "life: p99 under twice the idle one" : "life: p99 NOT under twice the idle one");
  return good ? 0 : 1;
}
