// One I/O thread: its io_context, the connections that live on it, and the clock tick that enforces their deadlines.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/awaitable.h"
#include "net/options.h"

namespace berth::net {

class Channel;
struct ListenerState;

// Owned by the Server. Everything but post(), crowd(), start() and stop() is for the loop's own thread. Destroyed after
// every coroutine on it has ended, which is when stop() returns.
class Loop {
 public:
  Loop(const base::Clock& clock, milliseconds tick, std::chrono::microseconds busy_poll);
  ~Loop();

  void start();
  // Closes every connection and waits until each has noticed; jobs that run for them on pools are waited for.
  void stop();

  asio::io_context& context() { return context_; }

  // From any thread: runs `f` here. `f` may be what resumes a coroutine.
  template <class F>
  void post(F f) {
    posting_.fetch_add(1, std::memory_order_relaxed);
    asio::post(context_, std::move(f));
    posting_.fetch_sub(1, std::memory_order_release);
  }

  // Finishes what runs and closes what is idle; answers say `Connection: close` from now on.
  void drain();
  bool draining() const { return draining_; }

  // Of that listener's connections (nullptr: of all) that wait for a request since before `before`, the one that has
  // waited for the longest time leaves. False: there is none.
  bool make_room(const ListenerState* listener, TimePoint before = TimePoint::max());

  // How many connections live here, or are on their way. From any thread.
  std::atomic<std::size_t>& crowd() { return crowd_; }

  void add(Channel& channel);
  void remove(Channel& channel);

  // For one synchronous read; its content is gone at the next co_await.
  std::span<std::byte> scratch() { return scratch_; }
  std::string& cipher() { return cipher_; }  // what TlsContext::accept wants
  std::string_view date();                   // for the Date field

 private:
  void run();
  void arm_tick();

  const base::Clock& clock_;
  const milliseconds tick_;
  const std::chrono::microseconds busy_poll_;
  asio::io_context context_{1};
  asio::executor_work_guard<Executor> guard_;
  Timer timer_;
  std::vector<Channel*> channels_;
  std::atomic<std::size_t> crowd_ = 0;
  bool draining_ = false;
  bool stopping_ = false;
  std::array<std::byte, std::size_t{16} * 1024> scratch_;
  std::string cipher_;
  std::int64_t date_second_ = -1;
  std::string date_;
  // post() calls on other threads that have not returned: the context must outlive them.
  std::atomic<int> posting_ = 0;
  std::thread thread_;
};

}  // namespace berth::net
