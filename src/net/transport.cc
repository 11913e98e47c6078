#include "net/transport.h"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>

namespace berth::net {
namespace {

Io failure(IoState when_busy) {
  const bool busy = errno == EAGAIN || errno == EWOULDBLOCK;
  return {.n = 0, .state = busy ? when_busy : IoState::failed};
}

class Plain final : public Transport {
 public:
  explicit Plain(int socket) : socket_(socket) {}

  Io receive(std::span<std::byte> out) override {
    ssize_t n;
    do n = ::recv(socket_, out.data(), out.size(), MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0) return failure(IoState::want_read);
    return {.n = static_cast<std::size_t>(n), .state = n == 0 ? IoState::end : IoState::done};
  }

  Io send(base::Bytes bytes, bool more) override {
    const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    ssize_t n;
    do n = ::send(socket_, bytes.data(), bytes.size(), flags);
    while (n < 0 && errno == EINTR);
    if (n < 0) return failure(IoState::want_write);
    return {.n = static_cast<std::size_t>(n), .state = IoState::done};
  }

  bool sends_files() const override { return true; }

  // sendfile(2) has no MSG_NOSIGNAL: Server::start() ignores SIGPIPE.
  Io send_file(int file, std::uint64_t offset, std::size_t length) override {
    auto at = static_cast<off_t>(offset);
    ssize_t n;
    do n = ::sendfile(socket_, file, &at, length);
    while (n < 0 && errno == EINTR);
    if (n < 0) return failure(IoState::want_write);
    return {.n = static_cast<std::size_t>(n), .state = IoState::done};
  }

 private:
  int socket_;
};

}  // namespace

Io Transport::send_file(int, std::uint64_t, std::size_t) { return {}; }

std::unique_ptr<Transport> plain_transport(int socket) { return std::make_unique<Plain>(socket); }

}  // namespace berth::net
