// One thread with its connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "answer.h"
#include "histogram.h"
#include "stream.h"
#include "work.h"

namespace berth::load {

using Nanoseconds = std::uint64_t;
Nanoseconds now();

struct Pace {
  std::size_t connections = 1;  // of this thread
  bool fresh = false;           // a connection for each operation, whose making is part of it
  Nanoseconds start = 0;
  Nanoseconds end = 0;  // begin nothing after it
  double rate = 0;      // operations per second of this thread; 0: as fast as they are answered
};

struct Outcome {
  std::vector<Histogram> latencies;  // by kind
  std::uint64_t bytes_in = 0, bytes_out = 0;
  std::uint64_t errors = 0;
  std::string first_error;
  Nanoseconds end = 0;  // when the last operation was over

  void add(const Outcome& other);
};

// A latency is counted from the time at which the operation was to begin, which with a rate is not when a connection
// was free for it.
class Worker {
 public:
  // `left`: operations that may still begin, of all threads. Everything outlives the worker.
  Worker(const Endpoint& endpoint, SSL_CTX* tls, Source& source, std::size_t kinds, Pace pace,
         std::atomic<std::int64_t>& left);

  Outcome run();

 private:
  enum class Phase : std::uint8_t { closed, idle, connecting, asking, waiting };
  struct Connection {
    std::size_t number = 0;
    Stream stream;
    Phase phase = Phase::closed;
    bool used = false;  // has answered, so that the server may have closed it since
    const Operation* operation = nullptr;
    Operation own;
    std::size_t request = 0;
    Nanoseconds intended = 0;
    AnswerReader reader;
    std::string location;
    std::string head;           // as it is sent
    std::vector<iovec> pieces;  // still to send
    std::size_t piece = 0;
  };

  void begin(Connection& c);  // its next operation, now or when it is due
  void start(Connection& c, Nanoseconds intended);
  void connect(Connection& c);
  void ask(Connection& c);
  void send(Connection& c);
  void advance(Connection& c);  // as far as it goes without waiting
  void answered(Connection& c);
  void over(Connection& c);
  void broken(Connection& c, const std::string& why);
  void ended(Connection& c, const char* when);  // the connection did, by the server
  void release_due();

  const Endpoint& endpoint_;
  SSL_CTX* tls_;
  Source& source_;
  Pace pace_;
  std::atomic<std::int64_t>& left_;
  base::File epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> free_;  // wait for the next operation to be due
  double due_ = 0;                // when that is
  std::size_t busy_ = 0;
  std::vector<char> scratch_;
  Outcome outcome_;
};

}  // namespace berth::load
