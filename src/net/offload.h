// From an I/O thread to a pool and back. Pieces of a body go by sink_feed.h.
#pragma once

#include <boost/asio/async_result.hpp>
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

}  // namespace berth::net
