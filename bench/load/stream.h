// A client's connection that does not block, with or without TLS.
#pragma once

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/file.h"

namespace berth::load {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;
  std::string host;  // of the Host field

  static Endpoint parse(const std::string& host_and_port);  // ends the program if it is none
};

struct FreeTls {
  void operator()(SSL* tls) const { SSL_free(tls); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTls>;
TlsContext make_tls_context();  // trusts anybody, resumes nothing

// One thread. Results as of read(2): how many bytes, 0 at the end; kAgain if the socket must be waited for.
class Stream {
 public:
  static constexpr ssize_t kAgain = -1, kBroken = -2;

  // Begins to connect; `tls` may be null and outlives the stream. false: it cannot even begin.
  bool open(const Endpoint& endpoint, SSL_CTX* tls);
  // 1 once requests may be sent.
  ssize_t establish();
  void close();  // as a client that is done with it

  ssize_t read(std::span<char> out);
  // As read(), without the bytes. Without TLS the kernel does not even copy them. `scratch` is written to at most.
  ssize_t drop(std::uint64_t most, std::span<char> scratch);
  ssize_t write(std::span<const iovec> pieces);

  int fd() const { return socket_.fd(); }

 private:
  ssize_t tls_result(int result) const;

  base::File socket_;
  std::unique_ptr<SSL, FreeTls> tls_;
  bool connected_ = false;
};

}  // namespace berth::load
