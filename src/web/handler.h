// The seam between sockets and meaning: net calls a Handler, everything behind it is plain synchronous code.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

// Whose threads work on a request. What only reads shall not wait behind what writes: a sync of a slow disk takes
// seconds, and as many writers as there are threads may wait for it.
enum class Lane : std::uint8_t { reads, writes };

// Why somebody is turned away who has done nothing wrong.
enum class Busy : std::uint8_t {
  queue,        // too many requests wait for a thread
  waited,       // this one has waited too long for one
  memory,       // too many bodies are in memory
  connections,  // too many connections
  idle,         // a connection that was idle has made room for another
  descriptors,  // none was left for a connection, which waits until there is one
};
std::string_view name(Busy why);

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
  // The answer, if it can be given at once: runs on an I/O thread, so it does not block and does little. nullopt: ask
  // handle(). Only for requests without a body.
  virtual std::optional<Response> at_once(Request&) { return std::nullopt; }
  // Runs once for each request that was handled, on any thread, before the request is destroyed.
  virtual void done(const Request& request, const Outcome& outcome) noexcept = 0;
  // The answer to something that never became a Request: 400 bad head, 408, 414, 431, 501, 503, 505.
  virtual Response refusal(int status) noexcept = 0;
  // From the head alone; runs on an I/O thread, so it does not block.
  virtual Lane lane(const Request&) const noexcept { return Lane::reads; }
  // A 503 in the words of the door that the request is for; nullptr: of a connection without a request, which may be
  // closed without an answer. handle() has not seen the request, or has asked for a body that does not fit into memory.
  // On any thread; does not block.
  virtual Response busy(Request*, Busy) noexcept { return refusal(503); }
};

}  // namespace berth::web
