// Puts an answer on the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/buffer_pool.h"
#include "net/channel.h"
#include "net/worker_pool.h"
#include "web/response.h"

namespace berth::net {

struct Written {
  bool complete = false;    // false: the connection is of no use any more
  std::uint64_t bytes = 0;  // of the body
};

// Used by one connection at a time; holds at most one buffer, and none while a file's reader is slow.
class ResponseWriter {
 public:
  struct Manner {
    bool head_only = false;  // the request was HEAD
    bool close = false;
    bool keep_alive = false;  // say so, for HTTP/1.0
  };

  // All outlive the writer.
  ResponseWriter(Channel& channel, BufferPool& buffers, WorkerPool& bulk, milliseconds stall)
      : channel_(channel), buffers_(buffers), bulk_(bulk), stall_(stall) {}

  // `response` is in the caller's frame; what it owns is released where it may block.
  Awaitable<Written> write(web::Response& response, Manner manner);
  // The same, if it can be done at once: a short text for a socket that has room. nullopt: finish with write().
  std::optional<Written> write_now(web::Response& response, Manner manner);

 private:
  // Head and, if it is short, the body; to be sent, or sent in part.
  struct Begun {
    std::string text;
    std::size_t body = 0;  // bytes of the body in it
    std::size_t sent = 0;
    bool more = false;  // the rest of the body follows
  };
  Begun begin(const web::Response& response, Manner manner) const;

  Awaitable<Written> send_text(std::string_view text);
  Awaitable<Written> send_file(const web::FileBody& body);
  Awaitable<Written> copy_file(const web::FileBody& body);
  Awaitable<Written> send_stream(web::StreamBody& body);
  Awaitable<void> release(web::StreamBody& body);

  Channel& channel_;
  BufferPool& buffers_;
  WorkerPool& bulk_;
  const milliseconds stall_;
  std::optional<Begun> begun_;
};

}  // namespace berth::net
