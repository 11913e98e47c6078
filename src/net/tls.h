// TLS 1.2 and 1.3 on the server's side, over a socket that never blocks.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "net/options.h"
#include "net/transport.h"

namespace berth::net {

// A certificate and its key with all settings. Immutable; safe from any thread. Connections keep it alive.
class TlsContext : public std::enable_shared_from_this<TlsContext> {
 public:
  // invalid_parameter says which file is wrong, and how.
  static base::Result<std::shared_ptr<TlsContext>> load(const TlsFiles& files);
  ~TlsContext();

  // `cipher` is room to encrypt in, shared by all connections of one thread; it is empty between calls. Null: no
  // memory.
  std::unique_ptr<Transport> accept(int socket, std::string& cipher);

 private:
  struct Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace berth::net
