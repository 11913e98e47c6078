// A sink that takes the pieces of a body on a pool, and the pieces on their way to it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "net/awaitable.h"
#include "net/buffer_pool.h"
#include "net/loop.h"
#include "net/worker_pool.h"
#include "web/handler.h"

namespace berth::net {

// Lives in the frame of a coroutine on `loop`, which waits until it is idle before that ends. For that loop's thread
// only. Two pieces may be on their way: whoever has done with one finds the next, and need not wait for the loop.
class SinkFeed {
 public:
  struct Piece {
    BufferPool::Buffer buffer;
    std::size_t filled = 0;
    bool last = false;

    bool full() const { return filled > 0 && filled == buffer.bytes().size(); }
  };
  // What the sink says before or at the end. None of both: it threw, which is a bug of whoever wrote it.
  using Answer = std::optional<web::Response>;

  // `moved` is called on the loop when a piece is done and nobody is in done_with_one().
  SinkFeed(Loop& loop, WorkerPool& pool, std::unique_ptr<web::BodySink> sink, std::function<void()> moved)
      : loop_(loop), pool_(pool), sink_(std::move(sink)), moved_(std::move(moved)) {}

  bool idle() const { return under_way_ == 0; }
  bool has_room() const { return under_way_ < kMost; }
  // If it has room and is not over. What comes while the loop has yet to hear of an answer is dropped.
  void give(Piece piece);
  Awaitable<void> done_with_one();

  // There is an answer, or there will be none: no more pieces.
  bool over() const { return over_; }
  Answer take_answer() { return std::move(answer_); }
  std::unique_ptr<web::BodySink> take_sink() { return std::move(sink_); }  // if it is idle; null if there is an answer

 private:
  struct Result {
    bool over = false;
    Answer answer;
  };
  static constexpr std::size_t kMost = 2;

  void start(Piece piece);
  // On the pool.
  void work(Piece piece);
  Result take(const Piece& piece);
  // On the loop again.
  void done(std::size_t pieces, Result result);

  Loop& loop_;
  WorkerPool& pool_;
  std::unique_ptr<web::BodySink> sink_;
  const std::function<void()> moved_;

  std::size_t under_way_ = 0;
  bool over_ = false;
  Answer answer_;
  std::move_only_function<void()> resume_;

  std::mutex mutex_;  // of what follows
  bool working_ = false;
  bool answered_ = false;  // it will be over
  std::optional<Piece> waiting_;
};

}  // namespace berth::net
