// The chunked transfer coding (RFC 9112 section 7.1), taken away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace berth::net {

// A state machine of a few bytes: an upload that pauses in the middle of a chunk keeps no buffer. Strict: CRLF only, no
// blanks around sizes. Extensions and trailers are skipped, and bounded.
class ChunkedDecoder {
 public:
  static constexpr std::size_t kMaxOverhead = 16 * 1024;  // extensions and trailers of one body together

  struct Step {
    std::size_t used = 0;     // of the bytes given; fewer than all only if done() or bad()
    std::size_t payload = 0;  // how many of them were body; they have moved to the front
  };
  Step decode(std::span<std::byte> data);

  bool done() const { return state_ == State::done; }
  bool bad() const { return state_ == State::bad; }
  std::uint64_t rest_of_chunk() const { return state_ == State::data ? rest_ : 0; }

 private:
  enum class State : std::uint8_t {
    first_digit,
    digits,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    line_start,  // of a trailer, or the line that ends it all
    trailer,
    trailer_lf,
    last_lf,
    done,
    bad,
  };
  State next(unsigned char c);
  State size_digit(unsigned char c);
  State skip(unsigned char c, State stay, State after_cr);

  State state_ = State::first_digit;
  std::uint64_t rest_ = 0;
  std::size_t overhead_ = 0;
};

}  // namespace berth::net
