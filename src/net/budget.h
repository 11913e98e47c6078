// A count of bytes that must not pass a limit.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace berth::net {

// Safe from any thread; outlives its charges.
class Budget {
 public:
  explicit Budget(std::uint64_t limit) : limit_(limit) {}

  // What one holder has taken; given back when it is destroyed.
  class Charge {
   public:
    explicit Charge(Budget& budget) : budget_(budget) {}
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;
    ~Charge() { budget_.used_.fetch_sub(taken_, std::memory_order_relaxed); }

    // False: the limit would be passed, and nothing was taken.
    bool grow_to(std::uint64_t bytes) {
      if (bytes <= taken_) return true;
      const auto more = bytes - taken_;
      if (budget_.used_.fetch_add(more, std::memory_order_relaxed) + more > budget_.limit_) {
        budget_.used_.fetch_sub(more, std::memory_order_relaxed);
        return false;
      }
      taken_ = bytes;
      return true;
    }

   private:
    Budget& budget_;
    std::uint64_t taken_ = 0;
  };

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_ = 0;
};

}  // namespace berth::net
