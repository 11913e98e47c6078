// Reads HTTP/1.1 answers off a stream and throws their bodies away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stream.h"

namespace berth::load {

struct Answer {
  int status = 0;
  bool close = false;
  std::string location;     // path and query only
  std::uint64_t bytes = 0;  // of the body
};

// One answer at a time; one thread.
class AnswerReader {
 public:
  enum class State : std::uint8_t { more, done, broken };

  // `bodyless`: the answer of a HEAD request.
  void begin(bool bodyless);
  // Reads until the answer is complete or the stream has no more for now. `scratch` is used while it runs only.
  State advance(Stream& stream, std::span<char> scratch);

  const Answer& answer() const { return answer_; }
  bool begun() const { return phase_ != Phase::head || !head_.empty(); }

 private:
  enum class Phase : std::uint8_t { head, length, chunk_size, chunk, chunk_end, trailers, done };

  bool take_head(std::string_view head);
  bool take(std::string_view bytes);
  bool take_line(std::string_view& bytes);

  Answer answer_;
  Phase phase_ = Phase::head;
  bool bodyless_ = false;
  std::uint64_t left_ = 0;  // of the body, or of the chunk
  std::string head_;        // what came of it, if not all at once
  std::string line_;        // of a chunk's head
};

}  // namespace berth::load
