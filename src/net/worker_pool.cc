#include "net/worker_pool.h"

#include <pthread.h>

#include <system_error>
#include <utility>

namespace berth::net {

WorkerPool::WorkerPool(Options options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  std::lock_guard lock(mutex_);
  start_one();
}

void WorkerPool::start_one() {
  threads_.emplace_back([this] { work(); });
  pthread_setname_np(threads_.back().native_handle(), options_.name.substr(0, 15).c_str());
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::push(Job job) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back({.job = std::move(job), .since = std::chrono::steady_clock::now()});
    queued_.store(queue_.size(), std::memory_order_relaxed);
    if (queue_.size() > idle_ && threads_.size() < options_.threads) {
      try {
        start_one();
      } catch (const std::system_error&) {  // the system has no more: those that there are do it
      }
    }
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
      ++idle_;
      ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      --idle_;
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
