// One listener on one I/O thread.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "net/loop.h"
#include "net/server_state.h"
#include "web/handler.h"

namespace berth::net {

// Opens `count` sockets that listen on the listener's address; the kernel spreads connections over them. Sets its port.
base::Result<std::vector<base::File>> open_listener(ListenerState& listener, std::size_t count);

// Owned by the Server; outlives the loop's thread. Everything but the constructor runs on the loop.
class Acceptor {
 public:
  Acceptor(ServerState& server, ListenerState& listener, Loop& loop, base::File socket);

  void start();
  void close();

 private:
  Awaitable<void> run();
  bool accept_one();  // false: nothing more for now
  void begin(base::File fd, std::string peer);
  void make_room();
  void turn_away(web::Busy why);  // from any thread

  ServerState& server_;
  ListenerState& listener_;
  Loop& loop_;
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  Timer pause_;
  bool exhausted_ = false;  // no descriptor was left for a connection
};

}  // namespace berth::net
