// The only ways from an I/O thread to a pool and back.
#pragma once

#include <boost/asio/async_result.hpp>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/awaitable.h"
#include "net/loop.h"
#include "net/worker_pool.h"

namespace berth::net {

// Runs `job` on `pool`, then resumes on `loop`, which must be the caller's. `job` and what it refers to stay in the
// caller's frame: a connection lives until its job has come back. nullopt: the job threw, which is a bug of whoever
// wrote it.
template <class F>
Awaitable<std::optional<std::invoke_result_t<F&>>> offload(Loop& loop, WorkerPool& pool, F& job) {
  std::optional<std::invoke_result_t<F&>> result;
  auto start = [&](auto resume) {
    pool.push([&, resume = std::move(resume)]() mutable {
      try {
        result.emplace(job());
      } catch (...) {
        result.reset();
      }
      loop.post(std::move(resume));
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(std::move(start), kAwait);
  co_return result;
}

// A job on its way: the coroutine that started it does something else meanwhile. Lives in that coroutine's frame, which
// must have come back from join() before it ends.
template <class T>
class Started {
 public:
  // `finished` is called on the loop when a job has ended that nobody waits for in join() yet.
  explicit Started(std::function<void()> finished) : finished_(std::move(finished)) {}

  // As offload(). What was started before has been joined.
  template <class F>
  void start(Loop& loop, WorkerPool& pool, F job) {
    state_ = State::running;
    pool.push([this, &loop, job = std::move(job)]() mutable {
      try {
        result_.emplace(job());
      } catch (...) {
        result_.reset();
      }
      loop.post([this] { end(); });
    });
  }
  bool running() const { return state_ != State::none; }  // or has ended, and is to be joined
  bool done() const { return state_ == State::ended; }

  // On the loop. nullopt: the job threw.
  Awaitable<std::optional<T>> join() {
    auto wait = [this](auto resume) { resume_ = std::move(resume); };
    if (!done()) {
      co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(std::move(wait), kAwait);
    }
    state_ = State::none;
    auto result = std::exchange(result_, std::nullopt);
    co_return result;
  }

 private:
  enum class State : std::uint8_t { none, running, ended };
  void end() {
    state_ = State::ended;
    if (resume_) {
      std::exchange(resume_, nullptr)();
    } else {
      finished_();
    }
  }

  const std::function<void()> finished_;
  std::optional<T> result_;
  std::move_only_function<void()> resume_;
  State state_ = State::none;  // changed on the loop's thread
};

}  // namespace berth::net
