#include "net/channel.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace berth::net {

Channel::Channel(Loop& loop, Socket socket, const ListenerState& listener)
    : loop_(loop),
      listener_(listener),
      socket_(std::move(socket)),
      transport_(plain_transport(socket_.native_handle())) {
  loop_.add(*this);
}

Channel::~Channel() { loop_.remove(*this); }

Awaitable<Signal> Channel::wait(IoState want, TimePoint until) {
  if (cancelled_) co_return Signal::closed;
  deadline_ = until;
  const auto type = want == IoState::want_write ? Socket::wait_write : Socket::wait_read;
  const auto [error] = co_await socket_.async_wait(type, asio::as_tuple(kAwait));
  co_return ended(error.failed());
}

// What a wait has come to.
Signal Channel::ended(bool failed) {
  deadline_ = TimePoint::max();
  const bool expired = std::exchange(expired_, false);
  const bool interrupted = std::exchange(interrupted_, false);
  if (cancelled_) return Signal::closed;
  if (expired) return Signal::timeout;
  if (interrupted) return Signal::ready;
  return failed ? Signal::closed : Signal::ready;
}

void Channel::begin_idle() {
  if (loop_.draining()) leaving_ = true;
  idle_ = true;
  idle_since_ = std::chrono::steady_clock::now();
}

Awaitable<Signal> Channel::wait_idle(IoState want, TimePoint until) {
  begin_idle();
  auto signal = Signal::closed;
  if (!leaving_) signal = co_await wait(want, until);
  idle_ = false;
  if (signal != Signal::ready && !cancelled_ && want == IoState::want_read && has_input()) signal = Signal::ready;
  co_return signal;
}

bool Channel::has_input() {
  char first = 0;
  return ::recv(fd(), &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

Awaitable<Channel::Received> Channel::receive_idle(std::span<std::byte> out, TimePoint until) {
  begin_idle();
  Received received{.signal = Signal::closed};
  if (!cancelled_ && !leaving_) {
    deadline_ = until;
    const auto room = asio::buffer(out.data(), out.size());
    const auto [error, n] = co_await socket_.async_receive(room, asio::as_tuple(kAwait));
    received = {.signal = ended(error.failed() && error != asio::error::eof), .n = n};
  }
  idle_ = false;
  if (received.signal == Signal::ready || cancelled_) co_return received;
  if (received.n == 0) {
    const auto n = ::recv(fd(), out.data(), out.size(), MSG_DONTWAIT);
    received.n = n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  if (received.n > 0) received.signal = Signal::ready;
  co_return received;
}

Awaitable<bool> Channel::send(base::Bytes bytes, bool more, milliseconds stall) {
  while (!bytes.empty()) {
    const auto io = transport_->send(bytes, more);
    bytes = bytes.subspan(io.n);
    if (io.state == IoState::done) continue;
    const bool possible = co_await wait_to_send(io.state, stall);
    if (!possible) co_return false;
  }
  if (more) co_return true;
  co_return co_await flush(stall);
}

Awaitable<bool> Channel::flush(milliseconds stall) {
  for (;;) {
    const auto io = transport_->flush();
    if (io.state == IoState::done) co_return true;
    const bool possible = co_await wait_to_send(io.state, stall);
    if (!possible) co_return false;
  }
}

Awaitable<bool> Channel::wait_to_send(IoState want, milliseconds stall) {
  if (want != IoState::want_read && want != IoState::want_write) co_return false;
  const auto signal = co_await wait(want, std::chrono::steady_clock::now() + stall);
  co_return signal == Signal::ready;
}

Awaitable<void> Channel::yield() { co_await asio::post(loop_.context(), kAwait); }

Awaitable<void> Channel::linger(milliseconds time) {
  transport_->finish();
  ::shutdown(fd(), SHUT_WR);
  const auto until = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto n = ::recv(fd(), loop_.scratch().data(), loop_.scratch().size(), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) co_return;
    if (std::chrono::steady_clock::now() >= until) co_return;
    if (n > 0) {
      co_await yield();
      continue;
    }
    const auto signal = co_await wait(IoState::want_read, until);
    if (signal != Signal::ready) co_return;
  }
}

void Channel::tick(TimePoint now) {
  if (now < deadline_) return;
  expired_ = true;
  deadline_ = TimePoint::max();
  socket_.cancel();
}

void Channel::interrupt() {
  if (deadline_ == TimePoint::max()) return;  // nobody waits
  interrupted_ = true;
  socket_.cancel();
}

void Channel::cancel() {
  cancelled_ = true;
  socket_.cancel();
}

std::optional<TimePoint> Channel::idle_since() const {
  if (!idle_ || leaving_ || cancelled_) return std::nullopt;
  return idle_since_;
}

void Channel::leave() {
  if (!idle_) return;
  leaving_ = true;
  socket_.cancel();
}

}  // namespace berth::net
