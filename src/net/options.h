// Everything about the server that can be chosen. Sizes in bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::web {
class Handler;
}

namespace berth::net {

class WorkerPool;

using std::chrono::milliseconds;

// What a client may cost. Passing a limit is answered through Handler::refusal() with the status named here.
struct Limits {
  std::size_t max_request_line = 16 * 1024;                     // 414
  std::size_t max_head_bytes = 32 * 1024;                       // 431
  std::size_t max_fields = 128;                                 // 431
  milliseconds head_timeout = std::chrono::seconds(30);         // 408: from a head's first byte to its last
  milliseconds idle_timeout = std::chrono::seconds(120);        // closed without a word
  milliseconds body_stall_timeout = std::chrono::seconds(60);   // 408: not one body byte for this long
  milliseconds write_stall_timeout = std::chrono::seconds(60);  // closed: the client took not one byte for this long
  milliseconds handshake_timeout = std::chrono::seconds(10);    // closed
  std::uint64_t max_requests_per_connection = 100'000;          // the last answer says `Connection: close`
  std::uint64_t max_buffered_bytes = 256 * 1024 * 1024;         // 503: all BufferedBody bodies together
  milliseconds queue_timeout = std::chrono::seconds(10);        // 503: no thread was free for a request for so long
  std::uint64_t max_drained_bytes = 64 * 1024;                  // of a body nobody wants, read to keep the connection
  milliseconds drain_timeout = std::chrono::seconds(2);         // ... and how long that may take
};

struct TlsFiles {
  std::string certificate;  // PEM: the leaf first, then its chain
  std::string key;          // PEM, not encrypted
};

// `handler` and the pools outlive the server. handle() and `then` run on the pool of the request's lane; when its queue
// is full, requests are answered 503.
struct Listener {
  std::string address;  // "127.0.0.1:5000", "[::]:5000", ":5000" (every address), "localhost:0" (any free port)
  std::optional<TlsFiles> tls;
  web::Handler* handler = nullptr;
  WorkerPool* pool = nullptr;            // Lane::reads
  WorkerPool* writes = nullptr;          // Lane::writes; nullptr: the same
  std::size_t max_connections = 10'000;  // beyond it the longest idle is closed, or the new one is answered 503
  bool tcp_nodelay = true;
  std::string tcp_congestion;  // empty: the kernel's choice
  std::string name = {};       // what requests say they came in by
};

struct Options {
  std::size_t threads = 0;  // 0: one per core
  Limits limits;
  std::size_t buffer_bytes = 256 * 1024;          // one turn of a body that is sent through memory
  std::size_t upload_buffer_bytes = 1024 * 1024;  // one piece of a body that streams in: a hop to a pool and back
  std::uint64_t stream_buffer_bytes = 32 * 1024 * 1024;  // all such buffers, half for uploads, half for downloads
  std::vector<std::string> trusted_proxies;              // addresses or CIDR blocks
  milliseconds tick{250};                                // how late a timeout may be
  std::chrono::microseconds busy_poll{0};                // how long an I/O thread stays awake after work
};

}  // namespace berth::net
