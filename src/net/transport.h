// Bytes over a socket without ever blocking: plain, or through TLS.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"

namespace berth::net {

enum class IoState : std::uint8_t {
  done,        // n bytes went through, n > 0; for a handshake or a flush: finished
  want_read,   // wait until the socket is readable, then ask again
  want_write,  // wait until it is writable, then ask again
  end,         // the other side sends no more
  failed,      // the connection is of no use any more
};

struct Io {
  std::size_t n = 0;
  IoState state = IoState::failed;
};

// Owned by a Channel, which owns the socket; used on its thread only.
class Transport {
 public:
  virtual ~Transport() = default;

  virtual Io handshake() { return {.n = 0, .state = IoState::done}; }
  virtual Io receive(std::span<std::byte> out) = 0;
  // `more`: something follows at once. What is taken may still be on its way: see flush().
  virtual Io send(base::Bytes bytes, bool more) = 0;
  // Done when the socket has all that send() took.
  virtual Io flush() { return {.n = 0, .state = IoState::done}; }
  // Of a file, without copying. Only if sends_files(). n == 0 with done: the file is shorter.
  virtual bool sends_files() const { return false; }
  virtual Io send_file(int file, std::uint64_t offset, std::size_t length);
  // Says goodbye in the protocol's own way, if it has one; best effort.
  virtual void finish() {}
};

std::unique_ptr<Transport> plain_transport(int socket);

}  // namespace berth::net
