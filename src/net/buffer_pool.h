// A fixed number of equal buffers, shared by all streamed bodies in one direction: memory does not grow with the number
// of connections. Whoever must wait for one is served in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "net/awaitable.h"
#include "net/loop.h"

namespace berth::net {

// Safe from any thread; outlives the loops.
class BufferPool {
  using Storage = std::unique_ptr<std::byte[]>;

 public:
  // Owns a buffer until it is dropped, on any thread.
  class Buffer {
   public:
    Buffer() = default;
    Buffer(Buffer&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), storage_(std::move(other.storage_)) {}
    Buffer& operator=(Buffer&& other) noexcept {
      if (this != &other) {
        drop();
        pool_ = std::exchange(other.pool_, nullptr);
        storage_ = std::move(other.storage_);
      }
      return *this;
    }
    ~Buffer() { drop(); }

    bool held() const { return pool_ != nullptr; }
    std::span<std::byte> bytes() const { return {storage_.get(), pool_ ? pool_->buffer_bytes_ : 0}; }
    void drop() {
      if (pool_) std::exchange(pool_, nullptr)->give_back(std::move(storage_));
    }

   private:
    friend class BufferPool;
    Buffer(BufferPool* pool, Storage storage) : pool_(pool), storage_(std::move(storage)) {}
    BufferPool* pool_ = nullptr;
    Storage storage_;
  };

  BufferPool(std::size_t buffer_bytes, std::uint64_t budget);

  // Resumes on `loop`, which must be the caller's.
  Awaitable<Buffer> borrow(Loop& loop);
  // A second one, for whoever has one already and can do without: only if nobody waits and one is left. Who waits with
  // a buffer in hand can wait for ever.
  Buffer try_borrow();  // held() or not

 private:
  using Waiter = std::move_only_function<void(Storage)>;
  Storage take();  // null: all are out
  void give_back(Storage storage);

  const std::size_t buffer_bytes_;
  const std::size_t most_;
  std::mutex mutex_;
  std::vector<Storage> free_;  // the last returned first, so that few pages are ever touched when few are in use
  std::size_t made_ = 0;
  std::deque<Waiter> waiting_;
};

}  // namespace berth::net
