#include "net/buffer_pool.h"

#include <algorithm>
#include <boost/asio/async_result.hpp>

namespace berth::net {

BufferPool::BufferPool(std::size_t buffer_bytes, std::uint64_t budget)
    : buffer_bytes_(buffer_bytes), most_(std::max<std::size_t>(1, static_cast<std::size_t>(budget / buffer_bytes))) {}

Awaitable<BufferPool::Buffer> BufferPool::borrow(Loop& loop) {
  Storage storage;
  auto start = [&](auto resume) {
    auto deliver = [&, resume = std::move(resume)](Storage given) mutable {
      storage = std::move(given);
      loop.post(std::move(resume));
    };
    std::unique_lock lock(mutex_);
    if (auto free = take()) {
      lock.unlock();
      deliver(std::move(free));
    } else {
      waiting_.emplace_back(std::move(deliver));
    }
  };
  {
    std::lock_guard lock(mutex_);
    storage = take();
  }
  if (!storage) {
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(std::move(start), kAwait);
  }
  co_return Buffer(this, std::move(storage));
}

BufferPool::Buffer BufferPool::try_borrow() {
  const std::lock_guard lock(mutex_);
  auto storage = take();
  if (!storage) return {};
  return Buffer(this, std::move(storage));
}

BufferPool::Storage BufferPool::take() {
  if (!free_.empty()) {
    auto storage = std::move(free_.back());
    free_.pop_back();
    return storage;
  }
  if (made_ == most_) return nullptr;
  ++made_;
  return std::make_unique_for_overwrite<std::byte[]>(buffer_bytes_);
}

void BufferPool::give_back(Storage storage) {
  Waiter waiter;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      free_.push_back(std::move(storage));
      return;
    }
    waiter = std::move(waiting_.front());
    waiting_.pop_front();
  }
  waiter(std::move(storage));
}

}  // namespace berth::net
