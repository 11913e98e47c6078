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

asio::ip::tcp protocol_of(const base::File& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  ::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size);
  return address.ss_family == AF_INET ? tcp::v4() : tcp::v6();
}

// By value, so that the coroutine's frame owns it.
Awaitable<void> serve(std::unique_ptr<Connection> connection) { co_await connection->run(); }

}  // namespace

Acceptor::Acceptor(ServerState& server, ListenerState& listener, Loop& loop, base::File socket)
    : server_(server),
      listener_(listener),
      loop_(loop),
      protocol_(protocol_of(socket)),
      acceptor_(loop.context(), protocol_, socket.release()),
      pause_(loop.context()) {}

void Acceptor::start() { asio::co_spawn(loop_.context(), run(), asio::detached); }

// What the kernel has accepted already gets its chance: closing would reset it.
void Acceptor::close() {
  if (!acceptor_.is_open()) return;
  closing_ = true;
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
    Place place(server_, emptiest());
    Loop& loop = place.loop();
    auto move_in = [this, place = std::move(place), socket = std::move(socket), peer = peer_text(address)]() mutable {
      begin(std::move(place), std::move(socket), std::move(peer));
    };
    if (&loop == &loop_) {
      move_in();
    } else {
      loop.post(std::move(move_in));
    }
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

// Where many live, chance is fair enough.
Loop& Acceptor::emptiest() {
  Loop* found = &loop_;
  if (closing_) return *found;
  const auto here = loop_.crowd().load(std::memory_order_relaxed);
  auto least = here - here / 8;
  for (Loop* loop : server_.loops) {
    const auto there = loop->crowd().load(std::memory_order_relaxed);
    if (there >= least) continue;
    least = there;
    found = loop;
  }
  return *found;
}

void Acceptor::begin(Place place, base::File fd, std::string peer) {
  const auto others = listener_.connections.load(std::memory_order_relaxed);
  const auto most = listener_.options.max_connections;
  if (others >= most + kCrowd) return turn_away(web::Busy::connections);
  bool crowded = others >= most;
  Loop& loop = place.loop();
  if (crowded && loop.make_room(&listener_)) {
    turn_away(web::Busy::idle);
    crowded = false;
  }
  Socket socket(loop.context());
  boost::system::error_code error;
  socket.assign(protocol_, fd.fd(), error);
  if (error) return;
  fd.release();
  auto connection =
      std::make_unique<Connection>(server_, listener_, std::move(place), std::move(socket), std::move(peer), crowded);
  asio::co_spawn(loop.context(), serve(std::move(connection)), asio::detached);
}

}  // namespace berth::net
