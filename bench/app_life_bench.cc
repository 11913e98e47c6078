// Pushes and pulls while a repository of 100,000 images is deleted, and while a lifecycle policy expires another's: p50
// and p99 beside those of an idle server, on SQLite and disk, at the pace of the default options. Fails if a p99 is
// above twice the idle one.
// usage: app_life_bench FOLDER [IMAGES [SECONDS]]     SECONDS: how long each is watched at most
#include "bench_load.h"
#include "config/options.h"
#include "service/lifecycle_runs.h"
#include "service/repository_removals.h"

namespace {

using namespace berth;
using namespace berth::bench;

constexpr double kBound = 2;
constexpr std::string_view kExpire =
    R"({"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"sinceImagePushed","countUnit":"days",)"
    R"("countNumber":1},"action":{"type":"expire"}}]})";

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
  bool good = print("idle", idle, nullptr, kBound);

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
  good = print("deleting", deleting, &idle, kBound) && good;

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
  good = print("expiring", expiring, &idle, kBound) && good;
  std::puts(good ? "life: p99 under twice the idle one" : "life: p99 NOT under twice the idle one");
  return good ? 0 : 1;
}
