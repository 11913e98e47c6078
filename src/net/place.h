// A connection's place on a loop.
#pragma once

#include <utility>

#include "net/loop.h"
#include "net/server_state.h"

namespace berth::net {

// Counted, in the loop's crowd and in the server's, from when the loop is chosen, which is before the connection lives
// there. Both outlive it.
class Place {
 public:
  Place(ServerState& server, Loop& loop) : server_(&server), loop_(&loop) {
    server_->connections.enter();
    loop_->crowd().fetch_add(1, std::memory_order_relaxed);
  }
  Place(Place&& other) noexcept : server_(std::exchange(other.server_, nullptr)), loop_(other.loop_) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (server_ == nullptr) return;
    loop_->crowd().fetch_sub(1, std::memory_order_relaxed);
    server_->connections.leave();
  }

  Loop& loop() const { return *loop_; }

 private:
  ServerState* server_;
  Loop* loop_;
};

}  // namespace berth::net
