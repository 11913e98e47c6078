// The collector takes 100,000 blobs away that nobody holds: alone, as fast as it can, and beside steady pushes and pulls,
// as the default options pace it. On SQLite and disk. Fails if the p99 of pulls beside it is 1.5 times the idle one or
// more, if it decides on fewer than 5,000 blobs a second when alone, or if the space that came back is not what it says.
// usage: app_gc_bench FOLDER [BLOBS]
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bench_load.h"
#include "blob/local/layout.h"
#include "config/options.h"
#include "service/collection.h"

namespace {

using namespace berth;
using namespace berth::bench;
namespace fs = std::filesystem;

constexpr std::size_t kBytes = 1'000;  // of a blob
constexpr double kBound = 1.5;
constexpr double kLeast = 5'000;

struct Space {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
Space space_of(const std::string& folder) {
  Space space;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    ++space.files;
    space.bytes += entry.file_size();
  }
  return space;
}

// Files and rows of blobs whose lease is over. Not through the store, which would sync each.
void make_dead(Registry& registry, const std::string& folder, const std::string& prefix, std::size_t count) {
  const auto past = registry.clock.now() - std::chrono::hours(1);
  constexpr std::size_t kBatch = 1'000;
  const std::string content(kBytes, 'x');
  for (std::size_t begin = 0; begin < count; begin += kBatch) {
    must(registry.store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
      for (std::size_t i = begin; i < std::min(count, begin + kBatch); ++i) {
        const blob::BlobName name{.digest = digest_of(prefix + std::to_string(i)), .key = registry.core.new_ulid()};
        std::ofstream(folder + "/blobs/blobs/" + blob::local::Layout::path_of(name)) << content;
        BERTH_CHECK(tx.blobs().put(name.digest, name.key, kBytes, past, past));
      }
      return {};
    }));
  }
  ::sync();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string folder = argv[1];
  const std::size_t blobs = argc > 2 ? std::stoul(argv[2]) : 100'000;
  const config::Options options;
  Registry registry(folder);
  const auto archive = must(blob::local::LocalBlobStore::open(folder + "/archive"));
  service::Collection collection(registry.core, {.hot = *registry.blobs, .cold = *archive}, registry.metrics);
  registry.make("busy");
  registry.push_image(registry.name("busy"), "pulled", "pulled");
  const auto freed = [&] { return registry.metrics.counter("berth_gc_freed_bytes_total", "").value(); };

  make_dead(registry, folder, "alone ", blobs);
  auto before = space_of(folder + "/blobs");
  auto begun = Clock::now();
  double deciding = 0;  // seconds in which metadata was read and written
  for (;;) {
    const auto step = Clock::now();
    const auto done = must(collection.step());
    deciding += std::chrono::duration<double>(Clock::now() - step).count();
    if (done == 0) break;
  }
  const double alone = static_cast<double>(blobs) / deciding;
  auto after = space_of(folder + "/blobs");
  bool exact = before.bytes - after.bytes == freed() && before.files - after.files == blobs;
  std::printf("alone: %zu blobs in %.1f s, %.0f a second, files unlinked; %llu bytes came back, %llu reported\n", blobs,
              std::chrono::duration<double>(Clock::now() - begun).count(), alone,
              static_cast<unsigned long long>(before.bytes - after.bytes), static_cast<unsigned long long>(freed()));

  make_dead(registry, folder, "beside ", blobs);
  const auto end = Clock::now() + std::chrono::seconds(30);
  auto idle = load(registry, "idle", [&] { return Clock::now() >= end; });
  print("idle", idle, nullptr, kBound);
  const auto freed_before = freed();
  begun = Clock::now();
  auto collecting = beside(registry, "collecting", std::chrono::minutes(10), [&] {
    const auto step = Clock::now();
    const auto done = must(collection.step());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - step);
    return work::Progress(done, std::max(took, std::chrono::milliseconds(1'000 * done / options.gc.blobs_per_second)));
  });
  std::printf("beside the load: %zu blobs in %.1f s\n", blobs,
              std::chrono::duration<double>(Clock::now() - begun).count());
  exact = exact && freed() - freed_before == blobs * kBytes;
  print("collecting", collecting, &idle, kBound);
  const bool good = collecting.pulls.at(.99) < kBound * idle.pulls.at(.99) && alone >= kLeast && exact;
  std::puts(good ? "gc: within its bounds" : "gc: NOT within its bounds");
  return good ? 0 : 1;
}
