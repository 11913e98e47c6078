// How much memory the process may use, and what each of its larger users gets of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "auth/fact_cache.h"
#include "config/options.h"
#include "sql/sqlite/options.h"

namespace berth::app {

// The smallest limit of the control groups that this process is in, v2 (memory.max, memory.high) or v1
// (memory.limit_in_bytes), up to the root as far as it can be seen; nullopt: none. Limits set later are not seen.
// `root`: where /proc and the mounts are; "/" but in tests.
std::optional<std::uint64_t> cgroup_memory_limit(const std::filesystem::path& root = "/");

// Makes the options fit into `limit` bytes; what is smaller already stays.
//
//   http.max_buffered_bytes   an eighth, at least 16 MiB: a body is held up to three times while it is read
//   http.stream_buffer_bytes  an eighth
//   http.max_connections      one for each 64 KiB; a connection over TLS takes half of that
//   SQLite's pages            a tenth (fit_into(.., sqlite::Options&))
//   policies and decisions    a sixteenth (cache_sizes)
//   answers to pulls          a sixteenth (recalled_bytes)
//
// The rest is for what does not grow with the load: code, threads, what requests need for themselves. Less than 96 MiB
// are not enough to serve well.
void fit_into(std::uint64_t limit, config::Options& options);
void fit_into(std::uint64_t limit, sql::sqlite::Options& options);
// 0: no limit.
auth::CacheSizes cache_sizes(std::uint64_t limit);
std::size_t recalled_bytes(std::uint64_t limit);

// Makes the allocator give back early what it does not need, instead of keeping some for each thread.
void keep_heap_small();

}  // namespace berth::app
