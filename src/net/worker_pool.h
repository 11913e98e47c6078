// Threads for work that may block: the `api`, `bulk` and `admin` pools. They start when there is work for them, and
// stay.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace berth::net {

// Safe from any thread. Owned by app; outlives the Server that uses it. A job must not wait for another job of the same
// pool.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  struct Options {
    std::string name;         // of the threads, at most 15 characters
    std::size_t threads = 1;  // at most; the first starts with the pool
    std::size_t max_queue = 1'000;
    // Told how long each job waited; called on the pool's threads. May be empty.
    std::function<void(std::chrono::nanoseconds)> waited;
  };

  explicit WorkerPool(Options options);
  ~WorkerPool();  // as stop()

  // Takes every job: whoever admits new work asks overloaded() first. Jobs do not throw. Not after stop().
  void push(Job job);
  bool overloaded() const { return queued() >= options_.max_queue; }
  std::size_t queued() const { return queued_.load(std::memory_order_relaxed); }

  // Runs what is queued, then joins the threads.
  void stop();

 private:
  struct Entry {
    Job job;
    std::chrono::steady_clock::time_point since;
  };
  void start_one();
  void work();

  const Options options_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Entry> queue_;
  std::atomic<std::size_t> queued_ = 0;
  bool stopping_ = false;
  std::size_t idle_ = 0;  // threads that wait for work
  std::vector<std::jthread> threads_;
};

}  // namespace berth::net
