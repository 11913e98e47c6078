// One listener on one I/O thread.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "net/loop.h"
#include "net/place.h"
#include "net/server_state.h"
#include "web/handler.h"

namespace berth::net {

// Opens `count` sockets that listen on the listener's address; the kernel spreads connections over them. Sets its port.
base::Result<std::vector<base::File>> open_listener(ListenerState& listener, std::size_t count);

// Owned by the Server; outlives the threads of all loops. Everything but the constructor, and what says so, runs on the
// loop. The kernel spreads connections by chance; who comes to a loop that has more of them than another one moves over
// before it begins, so that a few clients have all the processors.
class Acceptor {
 public:
  Acceptor(ServerState& server, ListenerState& listener, Loop& loop, base::File socket);

  void start();
  void close();

 private:
  Awaitable<void> run();
  bool accept_one();  // false: nothing more for now
  Loop& emptiest();
  void begin(Place place, base::File fd, std::string peer);  // on the place's loop
  void make_room();
  void turn_away(web::Busy why);  // from any thread

  ServerState& server_;
  ListenerState& listener_;
  Loop& loop_;
  const asio::ip::tcp protocol_;
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  Timer pause_;
  bool closing_ = false;
  bool exhausted_ = false;  // no descriptor was left for a connection
};

}  // namespace berth::net
