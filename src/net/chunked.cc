#include "net/chunked.h"

#include <algorithm>
#include <cstring>

namespace berth::net {
namespace {

constexpr std::uint64_t kMaxChunk = std::uint64_t{1} << 60;

int hex_value(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkedDecoder::Step ChunkedDecoder::decode(std::span<std::byte> data) {
  Step step;
  while (step.used < data.size() && !done() && !bad()) {
    if (state_ == State::data) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(rest_, data.size() - step.used));
      if (step.payload != step.used) std::memmove(&data[step.payload], &data[step.used], n);
      step.payload += n;
      step.used += n;
      rest_ -= n;
      if (rest_ == 0) state_ = State::data_cr;
    } else {
      state_ = next(static_cast<unsigned char>(data[step.used++]));
    }
  }
  return step;
}

ChunkedDecoder::State ChunkedDecoder::next(unsigned char c) {
  switch (state_) {
    case State::first_digit: return hex_value(c) < 0 ? State::bad : size_digit(c);
    case State::digits:
      if (c == ';') return State::extension;
      if (c == '\r') return State::size_lf;
      return size_digit(c);
    case State::extension: return skip(c, State::extension, State::size_lf);
    case State::size_lf:
      if (c != '\n') return State::bad;
      return rest_ == 0 ? State::line_start : State::data;
    case State::data_cr: return c == '\r' ? State::data_lf : State::bad;
    case State::data_lf: return c == '\n' ? State::first_digit : State::bad;
    case State::line_start: return c == '\r' ? State::last_lf : skip(c, State::trailer, State::bad);
    case State::trailer: return skip(c, State::trailer, State::trailer_lf);
    case State::trailer_lf: return c == '\n' ? State::line_start : State::bad;
    case State::last_lf: return c == '\n' ? State::done : State::bad;
    case State::data:
    case State::done:
    case State::bad: break;
  }
  return State::bad;
}

ChunkedDecoder::State ChunkedDecoder::size_digit(unsigned char c) {
  const int digit = hex_value(c);
  if (digit < 0 || rest_ >= kMaxChunk / 16) return State::bad;
  if (digit == 0 && rest_ == 0 && ++overhead_ > kMaxOverhead) return State::bad;  // zeros without end
  rest_ = rest_ * 16 + static_cast<std::uint64_t>(digit);
  return State::digits;
}

ChunkedDecoder::State ChunkedDecoder::skip(unsigned char c, State stay, State after_cr) {
  if (c == '\r') return after_cr;
  const bool control = (c < ' ' && c != '\t') || c == 0x7f;
  return control || ++overhead_ > kMaxOverhead ? State::bad : stay;
}

}  // namespace berth::net
