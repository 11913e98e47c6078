// A bounded set of connections, made when first needed and lent out one caller at a time. Shared by both engines.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"

namespace berth::sql {

// Safe from any thread. Must outlive its leases. The last one given back is the next one lent, its caches being warm.
template <class T>
class Pool {
 public:
  static constexpr std::size_t kWaits = 32;  // and then another is made
  using Make = std::function<base::Result<std::unique_ptr<T>>(const base::Deadline&)>;

  // One connection for one caller, given back when this goes.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<T> item) : pool_(&pool), item_(std::move(item)) {}
    Lease(Lease&& other) noexcept : pool_(other.pool_), item_(std::move(other.item_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (item_) pool_->give_back(std::move(item_));
    }
    T& operator*() const { return *item_; }
    T* operator->() const { return item_.get(); }
    // It is broken: close it instead of giving it back.
    void discard() {
      item_.reset();
      pool_->forget(1);
    }

   private:
    Pool* pool_;
    std::unique_ptr<T> item_;
  };

  // `patience`: for how long one that is lent out is waited for before another is made, which costs more than most
  // transactions take, and keeps its memory. Where callers keep waiting, there is work for another: it is made at once.
  Pool(std::size_t size, Make make, std::chrono::milliseconds patience = std::chrono::milliseconds(10))
      : size_(size), make_(std::move(make)), patience_(patience) {}

  // Waits for a free one until the deadline (deadline_exceeded); an error of `make` is handed on.
  base::Result<Lease> acquire(const base::Deadline& deadline) {
    {
      std::unique_lock lock(mutex_);
      if (idle_.empty() && made_ != 0 && made_ < size_ && waited_ < kWaits) {
        ++waited_;
        const auto soon = std::min(deadline.at, std::chrono::steady_clock::now() + patience_);
        changed_.wait_until(lock, deadline.stop, soon, [&] { return !idle_.empty() || made_ == size_; });
      }
      const auto ready = [&] { return !idle_.empty() || made_ < size_; };
      if (!changed_.wait_until(lock, deadline.stop, deadline.at, ready)) {
        return base::fail(base::Errc::deadline_exceeded, "no database connection became free in time");
      }
      if (!idle_.empty()) {
        Lease lease(*this, std::move(idle_.back()));
        idle_.pop_back();
        return lease;
      }
      ++made_;
      waited_ = 0;
    }
    auto item = make_(deadline);
    if (item) return Lease(*this, std::move(*item));
    forget(1);
    return base::propagate(item);
  }

  // Callers that had to wait since the last one was made.
  std::size_t waited() const {
    std::lock_guard lock(mutex_);
    return waited_;
  }

  // Closes those that nobody holds: after one was found broken, its neighbours are suspect.
  void close_idle() {
    std::vector<std::unique_ptr<T>> closing;
    {
      std::lock_guard lock(mutex_);
      closing.swap(idle_);
    }
    forget(closing.size());
  }

 private:
  void give_back(std::unique_ptr<T> item) {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(item));
    changed_.notify_one();
  }
  void forget(std::size_t n) {
    std::lock_guard lock(mutex_);
    made_ -= n;
    changed_.notify_all();
  }

  const std::size_t size_;
  const Make make_;
  const std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<T>> idle_;
  std::size_t made_ = 0;    // idle, lent out or being made
  std::size_t waited_ = 0;  // callers, since the last one was made
};

}  // namespace berth::sql
