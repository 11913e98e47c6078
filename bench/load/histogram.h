// Latencies in buckets that are at most 1 % wide, so that a run of any length takes the same memory.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace berth::load {

// Nanoseconds. A value; one owner.
class Histogram {
 public:
  void add(std::uint64_t value) {
    const auto at = bucket(value);
    if (at >= counts_.size()) counts_.resize(at + 1);
    ++counts_[at];
    ++count_;
    sum_ += static_cast<double>(value);
    most_ = std::max(most_, value);
  }

  void add(const Histogram& other) {
    if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    most_ = std::max(most_, other.most_);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t most() const { return most_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

  // What `part` of the values are not above: 0.99 for the 99th percentile. 0 if there are none.
  std::uint64_t at(double part) const {
    const auto wanted = static_cast<std::uint64_t>(part * static_cast<double>(count_) + .5);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= std::max<std::uint64_t>(wanted, 1)) return std::min(top(i), most_);
    }
    return 0;
  }

 private:
  static constexpr unsigned kBits = 7;  // 128 buckets for each doubling

  static std::size_t bucket(std::uint64_t value) {
    const unsigned width = static_cast<unsigned>(std::bit_width(value));
    if (width <= kBits + 1) return value;
    const unsigned shift = width - kBits - 1;
    return (std::size_t{shift} << kBits) + (value >> shift);
  }
  static std::uint64_t top(std::size_t at) {
    if (at < (std::size_t{2} << kBits)) return at;
    const unsigned shift = static_cast<unsigned>(at >> kBits) - 1;
    return ((at - (std::size_t{shift} << kBits) + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t most_ = 0;
  double sum_ = 0;
};

}  // namespace berth::load
