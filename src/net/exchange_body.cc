// How an Exchange takes a request's body: into memory, into a sink, or out of the way.
#include <algorithm>
#include <optional>
#include <utility>

#include "net/exchange.h"
#include "net/offload.h"

namespace berth::net {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kFirstPiece = std::size_t{16} * 1024;
constexpr std::size_t kSmallPiece = std::size_t{64} * 1024;

}  // namespace

Awaitable<bool> Exchange::invite() {
  body_deadline_ = steady_clock::now() + server_.options.limits.body_stall_timeout;
  invited_ = true;
  if (!head_.framing.expects_continue || !received_.empty()) co_return true;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  co_return co_await channel_.send(base::as_bytes(kContinue), false, server_.options.limits.write_stall_timeout);
}

Awaitable<std::optional<Exchange::Lost>> Exchange::wait_for_body() {
  if (body_.malformed()) co_return Lost{.status = 400};
  const auto want = body_.state();
  if (want == IoState::done) co_return std::nullopt;
  if (want != IoState::want_read && want != IoState::want_write) co_return kGone;
  const auto signal = co_await channel_.wait(want, body_deadline_);
  if (signal == Signal::timeout) co_return Lost{.status = 408};
  if (signal == Signal::closed) co_return kGone;
  co_return std::nullopt;
}

// --- into memory

Awaitable<Exchange::Answer> Exchange::collect(web::BufferedBody wanted) {
  std::string body;
  Budget::Charge charge(server_.buffered);
  const bool too_large = !body_.chunked() && body_.rest() > wanted.limit;
  if (!too_large) {
    const bool alive = co_await invite();
    if (!alive) co_return std::nullopt;
    const auto loss = co_await collect_into(body, wanted.limit, charge);
    if (loss && loss->status != 413) co_return lost(*loss);
  }
  auto then = [&]() -> web::Response {
    if (!too_large && body_.complete()) return wanted.then(std::move(body));
    return wanted.then(base::fail(base::Errc::payload_too_large, "the request's body is too large"));
  };
  auto response = co_await offload(channel_.loop(), pool_, then);
  if (!response) co_return lost(kBug);
  co_return std::move(*response);
}

Awaitable<std::optional<Exchange::Lost>> Exchange::collect_into(std::string& body, std::uint64_t limit,
                                                                Budget::Charge& charge) {
  while (!body_.complete()) {
    // One byte past the limit is room enough to see that there is one.
    const auto most = body_.chunked() ? limit + 1 - body.size() : body_.rest();
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(most, std::max(kFirstPiece, body.size())));
    const auto before = body.size();
    if (!charge.grow_to(before + piece)) co_return Lost{.status = 503};
    body.resize_and_overwrite(before + piece, [&](char* data, std::size_t) {
      return before + body_.fill(std::as_writable_bytes(std::span(data + before, piece)));
    });
    if (body.size() > limit) co_return Lost{.status = 413};
    if (body.size() > before) body_deadline_ = steady_clock::now() + server_.options.limits.body_stall_timeout;
    if (body_.complete()) break;
    const auto loss = co_await wait_for_body();
    if (loss) co_return loss;
  }
  co_return std::nullopt;
}

// --- into a sink

// While the sink works on one piece, the next is filled, if there is a buffer to be had. While the client is silent,
// and the sink has nothing to do, this holds no buffer.
Awaitable<Exchange::Answer> Exchange::stream(std::unique_ptr<web::BodySink> sink) {
  const bool alive = co_await invite();
  if (!alive) co_return co_await give_up(std::move(sink), kGone);
  SinkFeed feed(channel_.loop(), server_.bulk, std::move(sink), [this] { channel_.interrupt(); });
  SinkFeed::Piece next;
  std::optional<Lost> loss;
  bool whole = false;  // the last piece is on its way
  for (;;) {
    const bool wanted = !loss && !whole && !feed.over() && feed.has_room();
    if (wanted) co_await fill(next, !feed.idle());
    if (loss || feed.over()) {
      if (feed.idle()) break;
      co_await feed.done_with_one();
      continue;
    }
    const bool due = next.full() || body_.complete() || (next.filled > 0 && feed.idle());
    if (due && next.buffer.held()) {
      whole = next.last = body_.complete();
      feed.give(std::exchange(next, {}));
      continue;
    }
    if (whole || !next.buffer.held()) {
      co_await feed.done_with_one();
      continue;
    }
    if (feed.idle()) next = {};
    loss = co_await wait_for_body();
  }
  auto answer = feed.take_answer();
  if (answer) co_return std::move(answer);
  co_return co_await give_up(feed.take_sink(), loss.value_or(kBug));
}

// With what is there now.
Awaitable<void> Exchange::fill(SinkFeed::Piece& piece, bool sink_works) {
  if (!piece.buffer.held()) {
    if (sink_works) {
      piece.buffer = server_.uploads.try_borrow();
      if (!piece.buffer.held()) co_return;
    } else {
      piece.buffer = co_await server_.uploads.borrow(channel_.loop());
    }
  }
  const auto before = piece.filled;
  const auto take = [&] { piece.filled += body_.fill(piece.buffer.bytes().subspan(piece.filled)); };
  take();
  const bool small = piece.filled > 0 && piece.filled < kSmallPiece && !body_.complete();
  if (small && !sink_works) {  // not worth a hop yet, if there is more
    co_await channel_.yield();
    take();
  }
  if (piece.filled > before) body_deadline_ = steady_clock::now() + server_.options.limits.body_stall_timeout;
}

Awaitable<Exchange::Answer> Exchange::give_up(std::unique_ptr<web::BodySink> sink, Lost how) {
  auto abort = [&] {
    sink->abort();
    sink.reset();
    return true;
  };
  co_await offload(channel_.loop(), server_.bulk, abort);
  co_return lost(how);
}

// --- out of the way

// Drops what is there of a body nobody wants. Whether the connection can be kept, if the rest comes soon.
bool Exchange::keep_after_discarding() {
  if (head_.framing.expects_continue && !invited_) return false;  // the client may send it, or not
  const auto limit = server_.options.limits.max_drained_bytes;
  if (!body_.chunked() && body_.rest() > limit) return false;
  std::uint64_t dropped = 0;
  while (!body_.complete() && dropped < limit) {
    const auto n = body_.fill(channel_.loop().scratch());
    dropped += n;
    if (n == 0) break;
  }
  return body_.complete() || !body_.chunked();
}

Awaitable<bool> Exchange::drain() {
  body_deadline_ = steady_clock::now() + server_.options.limits.drain_timeout;
  while (!body_.complete()) {
    body_.fill(channel_.loop().scratch());
    if (body_.complete()) break;
    const auto loss = co_await wait_for_body();
    if (loss) co_return false;
  }
  co_return true;
}

}  // namespace berth::net
