// The seam between sockets and meaning: net calls a Handler, everything behind it is plain synchronous code.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.h"
#include "base/error.h"
#include "web/request.h"
#include "web/response.h"

namespace berth::web {

// Takes a request's body as it comes. net calls it on the `bulk` pool, one call at a time, in order; it may block.
// After finish(), abort() or an early answer it is destroyed, on `bulk` too.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // An answer ends the exchange early: the rest of the body is not read, and the connection closes if there is one.
  virtual std::optional<Response> write(base::Bytes bytes) = 0;
  virtual Response finish() = 0;
  // The client went away, was too slow, or sent what is not HTTP. What was written so far may be kept.
  virtual void abort() noexcept = 0;
};

// The body is wanted in memory, at most `limit` bytes. `then` runs on the listener's pool, once, with the body or with
// `payload_too_large`; not at all if the body never arrives.
struct BufferedBody {
  std::uint64_t limit = 0;
  std::move_only_function<Response(base::Result<std::string>)> then;
};

// The body is wanted piece by piece.
struct StreamedBody {
  std::unique_ptr<BodySink> sink;
};

// What to do with a request whose head has been read. Response: the body, if there is one, is not wanted; net reads a
// small one away and closes the connection before a large one. Only BufferedBody and StreamedBody make net send
// `100 Continue`.
using Reaction = std::variant<Response, BufferedBody, StreamedBody>;

// How an exchange ended, for logs and metrics.
struct Outcome {
  int status = 0;              // 0: no answer was sent
  std::uint64_t received = 0;  // body bytes
  std::uint64_t sent = 0;
  std::chrono::nanoseconds duration{};
  bool complete = false;  // the whole answer reached the socket
};

// Safe from any thread; outlives the server.
class Handler {
 public:
  virtual ~Handler() = default;
  // Runs on the listener's pool, never on an I/O thread; may block. No body byte has been read. Does not throw
  // (middleware catches; net answers 500 and closes if something slips through).
  virtual Reaction handle(Request& request) = 0;
  // Runs once for each request that was handled, on any thread, before the request is destroyed.
  virtual void done(const Request& request, const Outcome& outcome) noexcept = 0;
  // The answer to something that never became a Request: 400 bad head, 408, 414, 431, 501, 503, 505.
  virtual Response refusal(int status) noexcept = 0;
};

}  // namespace berth::web
