// Takes one request's body off the connection, without its framing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "net/chunked.h"
#include "net/head.h"
#include "net/transport.h"

namespace berth::net {

// Owned by an Exchange. `received` is what the connection has read past the head; what is read past the body goes back
// there. Never waits.
class BodyReader {
 public:
  BodyReader(Transport& transport, std::string& received, const Framing& framing);

  // Body bytes that are there now, as many as fit. Fewer than fit: see state().
  std::size_t fill(std::span<std::byte> out);

  // done: more may be there at once. want_*: nothing is there for now. end: the client stopped in the middle.
  IoState state() const { return state_; }
  bool complete() const { return chunked_ ? decoder_.done() : rest_ == 0; }
  bool malformed() const { return decoder_.bad(); }
  bool chunked() const { return chunked_; }
  std::uint64_t rest() const { return rest_; }  // of a body that is not chunked
  std::uint64_t received() const { return count_; }

 private:
  std::size_t read_raw(std::span<std::byte> out);
  std::size_t take(std::span<std::byte> raw);

  Transport& transport_;
  std::string& received_;
  const bool chunked_;
  std::uint64_t rest_;
  ChunkedDecoder decoder_;
  IoState state_ = IoState::done;
  std::uint64_t count_ = 0;
};

}  // namespace berth::net
