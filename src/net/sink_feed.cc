#include "net/sink_feed.h"

#include <boost/asio/async_result.hpp>
#include <thread>
#include <utility>

namespace berth::net {

void SinkFeed::give(Piece piece) {
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    ++under_way_;
    if (std::exchange(working_, true)) {
      waiting_ = std::move(piece);
      return;
    }
  }
  start(std::move(piece));
}

void SinkFeed::start(Piece piece) {
  pool_.push([this, piece = std::move(piece)]() mutable { work(std::move(piece)); });
}

void SinkFeed::work(Piece piece) {
  for (;;) {
    auto result = take(piece);
    const bool over = result.over;
    piece.buffer.drop();
    std::optional<Piece> next;
    {
      const std::lock_guard lock(mutex_);
      next = std::exchange(waiting_, std::nullopt);
      answered_ = over;
      working_ = next && !over;
    }
    std::size_t pieces = 1;
    if (next && over) {
      next.reset();
      pieces = 2;
    }
    loop_.post([this, pieces, result = std::move(result)]() mutable { done(pieces, std::move(result)); });
    if (!next) return;  // and all this may be gone
    piece = *std::move(next);
    if (pool_.queued() > 0) return start(std::move(piece));  // others wait for the thread
    std::this_thread::yield();                               // or for the core, I/O threads above all
  }
}

SinkFeed::Result SinkFeed::take(const Piece& piece) try {
  Answer answer;
  if (piece.filled > 0) answer = sink_->write(piece.buffer.bytes().first(piece.filled));
  if (!answer && piece.last) answer = sink_->finish();
  const bool over = answer.has_value();
  if (over) sink_.reset();
  return {.over = over, .answer = std::move(answer)};
} catch (...) {
  return {.over = true, .answer = std::nullopt};
}

void SinkFeed::done(std::size_t pieces, Result result) {
  under_way_ -= pieces;
  if (result.over) {
    over_ = true;
    answer_ = std::move(result.answer);
  }
  if (resume_) {
    std::exchange(resume_, nullptr)();
  } else {
    moved_();
  }
}

Awaitable<void> SinkFeed::done_with_one() {
  auto wait = [this](auto resume) { resume_ = std::move(resume); };
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(std::move(wait), kAwait);
}

}  // namespace berth::net
