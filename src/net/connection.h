// One client's connection: a handshake, then requests one after another.
#pragma once

#include <string>
#include <variant>

#include "net/channel.h"
#include "net/head.h"
#include "net/place.h"
#include "net/server_state.h"
#include "web/response.h"

namespace berth::net {

// Owned by the coroutine that runs it; lives on one loop.
class Connection {
 public:
  // All outlive the connection. `crowded`: there are too many; say so and leave.
  Connection(ServerState& server, ListenerState& listener, Place place, Socket socket, std::string peer, bool crowded);
  ~Connection();

  Awaitable<void> run();

 private:
  struct Leave {};  // nothing to say, or nobody to say it to
  using Next = std::variant<Head, Refused, Leave>;

  Awaitable<bool> shake_hands();
  Awaitable<bool> begin_tls();
  Awaitable<Next> read_head();
  Awaitable<bool> serve(Head head);
  Awaitable<void> refuse(int status);
  Awaitable<void> say_goodbye(web::Response& response);
  Next take_head(std::string_view text);

  const Place place_;
  ServerState& server_;
  ListenerState& listener_;
  Channel channel_;
  const std::string peer_;
  const bool crowded_;
  // Where a plain connection's next request begins; small, since idle connections hold it.
  using First = std::array<std::byte, 2048>;
  std::unique_ptr<First> first_;
  std::string received_;  // read from the socket, not yet used
  TimePoint head_began_;
  std::uint64_t requests_ = 0;
};

}  // namespace berth::net
