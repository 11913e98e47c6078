#include "app/memory_limit.h"

#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace berth::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kNoLimit = 1ULL << 60;  // v1 writes about 2^63 for none
constexpr std::uint64_t kBytesPerConnection = 64 * config::kKiB;
constexpr std::uint64_t kLeastBuffered = 16 * config::kMiB;

enum class Version : std::uint8_t { v1, v2 };

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return lines;
}

std::optional<std::uint64_t> number_in(const fs::path& path) {
  const auto lines = lines_of(path);
  if (lines.empty()) return std::nullopt;
  const auto number = base::parse_integer<std::uint64_t>(base::trim(lines.front()));  // "max": none
  return number && *number < kNoLimit ? number : std::nullopt;
}

bool has_memory(std::string_view comma_separated) {
  return ("," + std::string(comma_separated) + ",").contains(",memory,");
}

// Of proc/self/cgroup, "4:memory:/a/b" (v1) or "0::/a/b" (v2).
std::optional<std::string> group_of(const fs::path& root, Version version) {
  for (const auto& line : lines_of(root / "proc/self/cgroup")) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = std::string_view(line).substr(first + 1, second - first - 1);
    if (version == Version::v2 ? controllers.empty() : has_memory(controllers)) return line.substr(second + 1);
  }
  return std::nullopt;
}

struct Mount {
  std::string part;  // of the hierarchy, that is mounted
  std::string where;
};

// Of proc/self/mountinfo: "30 24 0:26 PART WHERE OPTIONS ... - TYPE SOURCE OPTIONS".
std::optional<Mount> mount_of(const fs::path& root, Version version) {
  for (const auto& line : lines_of(root / "proc/self/mountinfo")) {
    const auto dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::string skipped;
    std::string type;
    std::string options;
    std::istringstream(line.substr(dash + 3)) >> type >> skipped >> options;
    if (version == Version::v2 ? type != "cgroup2" : type != "cgroup" || !has_memory(options)) continue;
    Mount mount;
    std::istringstream(line) >> skipped >> skipped >> skipped >> mount.part >> mount.where;
    return mount;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> smaller(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::optional<std::uint64_t> limit_in(const fs::path& folder, Version version) {
  if (version == Version::v1) return number_in(folder / "memory.limit_in_bytes");
  return smaller(number_in(folder / "memory.max"), number_in(folder / "memory.high"));
}

std::optional<std::uint64_t> limit_of(const fs::path& root, Version version) {
  const auto group = group_of(root, version);
  const auto mount = mount_of(root, version);
  if (!group || !mount) return std::nullopt;
  const auto top = root / fs::path(mount->where).relative_path();
  // In a container the group may be named as seen from outside, and only its own part of the hierarchy is mounted.
  auto below = fs::path(*group).lexically_relative(mount->part);
  if (below.empty() || *below.begin() == "..") below = ".";
  auto folder = (top / below).lexically_normal();
  std::optional<std::uint64_t> least;
  for (;; folder = folder.parent_path()) {
    least = smaller(least, limit_in(folder, version));
    if (folder.lexically_relative(top) == "." || !folder.has_relative_path()) return least;
  }
}

}  // namespace

std::optional<std::uint64_t> cgroup_memory_limit(const fs::path& root) {
  return smaller(limit_of(root, Version::v1), limit_of(root, Version::v2));
}

void fit_into(std::uint64_t limit, config::Options& options) {
  const auto most = [](std::uint64_t& option, std::uint64_t value) { option = std::min(option, value); };
  most(options.http.max_buffered_bytes, std::max(limit / 8, kLeastBuffered));
  most(options.http.stream_buffer_bytes, std::max(limit / 8, config::kMiB));
  most(options.http.max_connections, std::max<std::uint64_t>(limit / kBytesPerConnection, 1));
}

void fit_into(std::uint64_t limit, sql::sqlite::Options& options) {
  const auto each = limit / 16 / std::max<std::size_t>(options.readers, 1);
  options.read_cache_bytes = std::clamp(each, 128 * config::kKiB, options.read_cache_bytes);
  options.write_cache_bytes = std::clamp(limit / 64, config::kMiB, options.write_cache_bytes);
}

std::size_t recalled_bytes(std::uint64_t limit) {
  constexpr std::uint64_t kMost = 32 * config::kMiB;
  return limit == 0 ? kMost : std::min(kMost, limit / 16);
}

auth::CacheSizes cache_sizes(std::uint64_t limit) {
  auth::CacheSizes sizes;
  if (limit == 0) return sizes;
  const auto most = [&](std::size_t& entries, std::uint64_t share, std::uint64_t bytes_each) {
    entries = std::min<std::size_t>(entries, std::max<std::uint64_t>(share / bytes_each, 64));
  };
  most(sizes.documents, limit / 32, 8 * config::kKiB);
  most(sizes.facts, limit / 64, 4 * config::kKiB);  // four tables
  most(sizes.decisions, limit / 64, 512);
  return sizes;
}

void keep_heap_small() {
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);  // fixed: it would grow with each large block that is freed
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

}  // namespace berth::app
