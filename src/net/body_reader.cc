#include "net/body_reader.h"

#include <algorithm>
#include <cstring>

namespace berth::net {
namespace {

// How far a read may reach past the chunk it is in: what belongs to the next request must be kept.
constexpr std::size_t kLookAhead = std::size_t{16} * 1024;

}  // namespace

BodyReader::BodyReader(Transport& transport, std::string& received, const Framing& framing)
    : transport_(transport), received_(received), chunked_(framing.chunked), rest_(framing.length) {}

std::size_t BodyReader::fill(std::span<std::byte> out) {
  std::size_t filled = 0;
  state_ = IoState::done;
  while (filled < out.size() && !complete() && !malformed()) {
    const auto room = out.subspan(filled);
    const auto most = chunked_ ? decoder_.rest_of_chunk() + kLookAhead : rest_;
    const auto n = read_raw(room.first(static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), most))));
    if (n == 0) break;
    filled += take(room.first(n));
  }
  count_ += filled;
  return filled;
}

std::size_t BodyReader::read_raw(std::span<std::byte> out) {
  if (received_.empty()) {
    const auto io = transport_.receive(out);
    state_ = io.state;
    return io.n;
  }
  const auto n = std::min(out.size(), received_.size());
  std::memcpy(out.data(), received_.data(), n);
  received_.erase(0, n);
  if (received_.empty()) std::string().swap(received_);  // a body may take long: hold nothing meanwhile
  return n;
}

// Body bytes move to the front of `raw`; returns their number.
std::size_t BodyReader::take(std::span<std::byte> raw) {
  if (!chunked_) {
    rest_ -= raw.size();
    return raw.size();
  }
  const auto [used, payload] = decoder_.decode(raw);
  if (decoder_.done()) received_.insert(0, base::as_text(raw.subspan(used)));
  return payload;
}

}  // namespace berth::net
