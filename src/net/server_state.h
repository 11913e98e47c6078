// What all connections of a server share.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "net/budget.h"
#include "net/buffer_pool.h"
#include "net/options.h"
#include "net/proxies.h"
#include "net/tls.h"
#include "net/worker_pool.h"

namespace berth::net {

class Loop;

// Safe from any thread. How many connections there are, and a way to wait until there are none.
class Census {
 public:
  void enter() { count_.fetch_add(1, std::memory_order_relaxed); }
  void leave() {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    std::lock_guard lock(mutex_);
    none_.notify_all();
  }
  std::size_t count() const { return count_.load(std::memory_order_relaxed); }
  bool wait_until_none(TimePoint until) {
    std::unique_lock lock(mutex_);
    return none_.wait_until(lock, until, [this] { return count_.load(std::memory_order_acquire) == 0; });
  }

 private:
  std::atomic<std::size_t> count_ = 0;
  std::mutex mutex_;
  std::condition_variable none_;
};

// One listener with what changes while it is open. Safe from any thread.
struct ListenerState {
  explicit ListenerState(Listener given) : options(std::move(given)) {}

  const Listener options;
  std::uint16_t port = 0;  // set before the loops start
  std::atomic<std::size_t> connections = 0;

  std::shared_ptr<TlsContext> tls() const {
    std::lock_guard lock(mutex_);
    return tls_;
  }
  void set_tls(std::shared_ptr<TlsContext> context) {
    std::lock_guard lock(mutex_);
    tls_ = std::move(context);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<TlsContext> tls_;
};

// Enough of them for several uploads at once, however little memory there is.
inline std::size_t upload_buffer_bytes(const Options& options) {
  constexpr std::uint64_t kLeast = 64 * 1024;
  const auto share = std::max(kLeast, options.stream_buffer_bytes / 2 / 8);
  return static_cast<std::size_t>(std::min<std::uint64_t>(options.upload_buffer_bytes, share));
}

// Owned by the Server; outlives its loops.
struct ServerState {
  ServerState(Options given, TrustedProxies trusted, WorkerPool& bulk_pool)
      : options(std::move(given)),
        proxies(std::move(trusted)),
        bulk(bulk_pool),
        uploads(upload_buffer_bytes(options), options.stream_buffer_bytes / 2),
        downloads(options.buffer_bytes, options.stream_buffer_bytes / 2),
        buffered(options.limits.max_buffered_bytes) {}

  const Options options;
  const TrustedProxies proxies;
  WorkerPool& bulk;
  BufferPool uploads;  // apart from downloads, so that slow readers cannot starve those who send
  BufferPool downloads;
  Budget buffered;
  Census connections;
  std::vector<Loop*> loops;  // set before they start
};

}  // namespace berth::net
