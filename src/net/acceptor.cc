#include "net/acceptor.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <utility>

#include "net/connection.h"

namespace berth::net {
namespace {

using asio::ip::tcp;

constexpr int kBatch = 64;               // connections before others on this thread have their turn
constexpr std::size_t kCrowd = 128;      // connections over the limit that are told so at the same time
constexpr int kRoom = 16;                // idle connections of a loop closed at once when descriptors have run out
constexpr milliseconds kExhausted{100};  // pause when descriptors have run out
constexpr milliseconds kYoung{200};      // who is idle for so short a time is about to ask

// As Request::peer wants it: no port, and IPv4 as itself.
std::string peer_text(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr)).to_string();
  }
  asio::ip::address_v6::bytes_type bytes;
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  std::copy_n(v6.sin6_addr.s6_addr, bytes.size(), bytes.begin());
  const asio::ip::address_v6 ip(bytes);
  return ip.is_v4_mapped() ? asio::ip::make_address_v4(asio::ip::v4_mapped, ip).to_string() : ip.to_string();
}

// By value, so that the coroutine's frame owns it.
Awaitable<void> serve(std::unique_ptr<Connection> connection) { co_await connection->run(); }

}  // namespace

Acceptor::Acceptor(ServerState& server, ListenerState& listener, Loop& loop, base::File socket)
    : server_(server), listener_(listener), loop_(loop), acceptor_(loop.context()), pause_(loop.context()) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  ::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size);
  acceptor_.assign(address.ss_family == AF_INET ? tcp::v4() : tcp::v6(), socket.release());
}

void Acceptor::start() { asio::co_spawn(loop_.context(), run(), asio::detached); }

// What the kernel has accepted already gets its chance: closing would reset it.
void Acceptor::close() {
  if (!acceptor_.is_open()) return;
  while (accept_one()) {
  }
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

Awaitable<void> Acceptor::run() {
  while (acceptor_.is_open()) {
    const auto [error] = co_await acceptor_.async_wait(tcp::acceptor::wait_read, asio::as_tuple(kAwait));
    if (error) co_return;
    for (int i = 0; i < kBatch && accept_one(); ++i) {
    }
    if (!std::exchange(exhausted_, false)) continue;
    pause_.expires_after(kExhausted);
    const auto [cancelled] = co_await pause_.async_wait(asio::as_tuple(kAwait));
    if (cancelled) co_return;
  }
}

bool Acceptor::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  base::File socket(
      ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) {
    begin(std::move(socket), peer_text(address));
    return true;
  }
  const int error = errno;
  exhausted_ = error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
  if (exhausted_) make_room();
  return error == ECONNABORTED || error == EINTR;
}

// For those that wait in the kernel until the pause is over. Descriptors are everybody's, so whoever is idle makes
// room, on whatever loop and listener.
void Acceptor::make_room() {
  turn_away(web::Busy::descriptors);
  const auto before = std::chrono::steady_clock::now() - kYoung;
  for (Loop* loop : server_.loops) {
    loop->post([this, loop, before] {
      for (int i = 0; i < kRoom && loop->make_room(nullptr, before); ++i) turn_away(web::Busy::idle);
    });
  }
}

// Nobody gets the answer; it is counted.
void Acceptor::turn_away(web::Busy why) { static_cast<void>(listener_.options.handler->busy(nullptr, why)); }

void Acceptor::begin(base::File fd, std::string peer) {
  const auto others = listener_.connections.load(std::memory_order_relaxed);
  const auto most = listener_.options.max_connections;
  if (others >= most + kCrowd) return turn_away(web::Busy::connections);
  bool crowded = others >= most;
  if (crowded && loop_.make_room(&listener_)) {
    turn_away(web::Busy::idle);
    crowded = false;
  }
  Socket socket(loop_.context());
  boost::system::error_code error;
  socket.assign(acceptor_.local_endpoint(error).protocol(), fd.fd(), error);
  if (error) return;
  fd.release();
  auto connection =
      std::make_unique<Connection>(server_, listener_, loop_, std::move(socket), std::move(peer), crowded);
  asio::co_spawn(loop_.context(), serve(std::move(connection)), asio::detached);
}

}  // namespace berth::net
