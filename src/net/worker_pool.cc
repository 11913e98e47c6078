#include "net/worker_pool.h"

#include <pthread.h>

#include <utility>

namespace berth::net {

WorkerPool::WorkerPool(Options options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), options_.name.substr(0, 15).c_str());
  }
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::push(Job job) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back({.job = std::move(job), .since = std::chrono::steady_clock::now()});
    queued_.store(queue_.size(), std::memory_order_relaxed);
  }
  ready_.notify_one();
}

void WorkerPool::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  threads_.clear();
}

void WorkerPool::work() {
  for (;;) {
    Entry entry;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      entry = std::move(queue_.front());
      queue_.pop_front();
      queued_.store(queue_.size(), std::memory_order_relaxed);
    }
    if (options_.waited) options_.waited(std::chrono::steady_clock::now() - entry.since);
    entry.job();
  }
}

}  // namespace berth::net
