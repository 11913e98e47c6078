// The HTTP/1.1 server: listeners, I/O threads, and the order in which it all ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/options.h"
#include "net/worker_pool.h"

namespace berth::net {

// Owned by app; start, drain, stop and the destructor are called from one thread, reload_tls() and connections() from
// any. Order at the end: drain(), stop(), destroy the server, then stop the pools.
class Server {
 public:
  // `bulk` reads and writes streamed bodies. `bulk`, `clock`, and the handlers and pools of the listeners outlive the
  // server.
  Server(Options options, std::vector<Listener> listeners, WorkerPool& bulk, const base::Clock& clock);
  ~Server();  // as stop()

  // Opens every listener and starts the threads, or fails and does nothing: invalid_parameter (an address, certificate
  // or proxy that is none) or unavailable (the address is taken). Makes the process ignore SIGPIPE.
  base::Result<void> start();

  // Of a listener, in the order given: what port 0 became.
  std::uint16_t port(std::size_t listener) const;

  // Reads certificates and keys again; new connections use them. On failure, everything stays as it was.
  base::Result<void> reload_tls();

  std::size_t connections() const;

  // Accepts no more, closes idle connections and finishes what runs. Whether all ended in time.
  bool drain(std::chrono::milliseconds wait);

  // Closes whatever is left; returns when nothing refers to handlers and pools any more, which is not before the jobs
  // that run for a connection have ended.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace berth::net
