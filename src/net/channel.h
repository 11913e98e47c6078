// One connection's socket with everything that waits: deadlines, cancellation, the end of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "net/awaitable.h"
#include "net/loop.h"
#include "net/transport.h"

namespace berth::net {

struct ListenerState;

enum class Signal : std::uint8_t {
  ready,
  timeout,
  closed,  // the server stops, or drains and this connection was idle
};

// Owned by a Connection; lives on one loop and is used on its thread only. Closes the socket when destroyed.
class Channel {
 public:
  // `listener` only tells channels apart (Loop::make_room).
  Channel(Loop& loop, Socket socket, const ListenerState& listener);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  Loop& loop() { return loop_; }
  int fd() { return socket_.native_handle(); }
  Transport& transport() { return *transport_; }
  void use(std::unique_ptr<Transport> transport) { transport_ = std::move(transport); }

  // Until the socket can do what `want` (want_read or want_write) says.
  Awaitable<Signal> wait(IoState want, TimePoint until);
  // The same between two requests, when leave() may end it. A request that has arrived by the end is `ready` however
  // late: it gets its answer.
  Awaitable<Signal> wait_idle(IoState want, TimePoint until);
  // Between two requests of a plain connection: as wait_idle(), and then what there is to read; 0: the other side sends
  // no more. One system call, where waiting and receiving are two or three.
  struct Received {
    Signal signal{};
    std::size_t n = 0;
  };
  Awaitable<Received> receive_idle(std::span<std::byte> out, TimePoint until);
  // Ends a wait() that is under way, as if it were ready.
  void interrupt();
  // Sends all of it. False: it cannot be sent; nothing of use can follow.
  Awaitable<bool> send(base::Bytes bytes, bool more, milliseconds stall);
  Awaitable<bool> flush(milliseconds stall);
  // After a send that ended with `want`. False as above; also if `want` is not a wish to wait.
  Awaitable<bool> wait_to_send(IoState want, milliseconds stall);
  // Lets others on this thread have a turn.
  Awaitable<void> yield();
  // Stops sending, then reads and drops what the client still sends for at most `time`, so that the answer is not lost
  // in a reset. For connections that are about to be closed with something unread.
  Awaitable<void> linger(milliseconds time);

  void tick(TimePoint now);
  void cancel();
  // If it waits for a request: it shall wait no more. What has arrived is still answered, as the last one.
  void leave();
  bool leaving() const { return leaving_; }
  bool came_by(const ListenerState& listener) const { return &listener_ == &listener; }
  // Since when it waits for a request; nullopt: it does not, or leaves.
  std::optional<TimePoint> idle_since() const;

 private:
  void begin_idle();
  Signal ended(bool failed);
  bool has_input();

  Loop& loop_;
  const ListenerState& listener_;
  Socket socket_;
  std::unique_ptr<Transport> transport_;
  TimePoint deadline_ = TimePoint::max();
  bool expired_ = false;
  bool cancelled_ = false;
  bool leaving_ = false;
  bool interrupted_ = false;
  bool idle_ = false;
  TimePoint idle_since_{};
};

}  // namespace berth::net
