#include "stream.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "fail.h"

namespace berth::load {
namespace {

ssize_t result_of(ssize_t result) {
  if (result >= 0) return result;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Stream::kAgain : Stream::kBroken;
}

}  // namespace

Endpoint Endpoint::parse(const std::string& host_and_port) {
  const auto colon = host_and_port.rfind(':');
  if (colon == std::string::npos) fail("not HOST:PORT: " + host_and_port);
  const auto host = host_and_port.substr(0, colon), port = host_and_port.substr(colon + 1);
  const addrinfo hints{.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    fail(host_and_port + ": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Endpoint out{.length = found->ai_addrlen, .host = host_and_port};
  std::memcpy(&out.address, found->ai_addr, found->ai_addrlen);
  return out;
}

TlsContext make_tls_context() {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) fail("OpenSSL makes no context");
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // what Go's clients choose too, so that no server's preference makes a difference
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_default_read_buffer_len(context.get(), std::size_t{128} << 10);
  return context;
}

bool Stream::open(const Endpoint& endpoint, SSL_CTX* tls) {
  connected_ = false;
  socket_ = base::File(::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return false;
  const int on = 1;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd(), reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.length) != 0 &&
      errno != EINPROGRESS) {
    return false;
  }
  tls_.reset(tls == nullptr ? nullptr : SSL_new(tls));
  if (tls_) {
    SSL_set_fd(tls_.get(), fd());
    SSL_set_connect_state(tls_.get());
  }
  return true;
}

ssize_t Stream::establish() {
  if (!connected_) {
    pollfd wanted{.fd = fd(), .events = POLLOUT, .revents = 0};
    if (::poll(&wanted, 1, 0) == 0) return kAgain;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return kBroken;
    connected_ = true;
  }
  return tls_ ? tls_result(SSL_do_handshake(tls_.get())) : 1;
}

void Stream::close() {
  if (tls_ && connected_) SSL_shutdown(tls_.get());
  tls_.reset();
  socket_.close();
}

ssize_t Stream::tls_result(int result) const {
  if (result > 0) return result;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return kAgain;
    case SSL_ERROR_ZERO_RETURN: return 0;
    default: return kBroken;
  }
}

ssize_t Stream::read(std::span<char> out) {
  if (tls_) return tls_result(SSL_read(tls_.get(), out.data(), static_cast<int>(out.size())));
  return result_of(::recv(fd(), out.data(), out.size(), 0));
}

ssize_t Stream::drop(std::uint64_t most, std::span<char> scratch) {
  if (tls_) return read(scratch.first(std::min<std::uint64_t>(most, scratch.size())));
  constexpr std::uint64_t kTurn = 4 << 20;
  return result_of(::recv(fd(), scratch.data(), std::min(most, kTurn), MSG_TRUNC));
}

ssize_t Stream::write(std::span<const iovec> pieces) {
  if (tls_) {
    // a record of its own for a head, unless it is joined with what fits behind it
    return tls_result(SSL_write(tls_.get(), pieces[0].iov_base, static_cast<int>(pieces[0].iov_len)));
  }
  const msghdr message{.msg_iov = const_cast<iovec*>(pieces.data()),
                       .msg_iovlen = std::min<std::size_t>(pieces.size(), 16)};
  return result_of(::sendmsg(fd(), &message, MSG_NOSIGNAL));
}

}  // namespace berth::load
