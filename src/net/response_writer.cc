#include "net/response_writer.h"

#include <unistd.h>

#include <algorithm>
#include <string>

#include "net/offload.h"
#include "net/response_head.h"

namespace berth::net {
namespace {

constexpr std::size_t kCopied = std::size_t{16} * 1024;  // bodies up to this go out in the same send() as the head
constexpr std::uint64_t kTurn = std::uint64_t{1} << 20;  // bytes of a file before others on this thread have their turn

const std::string* text_of(const web::Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return text;
  const auto* shared = std::get_if<web::SharedBody>(&body);
  return shared ? shared->get() : nullptr;
}

}  // namespace

ResponseWriter::Begun ResponseWriter::begin(const web::Response& response, Manner manner) const {
  const Wrapping wrapping{.date = channel_.loop().date(), .close = manner.close, .keep_alive = manner.keep_alive};
  const bool with_body =
      !manner.head_only && !bodiless(response.status) && !response.announced_length && web::body_length(response) > 0;
  const auto* text = with_body ? text_of(response.body) : nullptr;
  const bool short_text = text && text->size() <= kCopied;
  Begun begun{.text = {}, .body = short_text ? text->size() : 0, .sent = 0, .more = with_body && !short_text};
  begun.text.reserve(512 + begun.body);
  append_head(begun.text, response, wrapping);
  if (short_text) begun.text += *text;
  return begun;
}

std::optional<Written> ResponseWriter::write_now(web::Response& response, Manner manner) {
  begun_ = begin(response, manner);
  if (begun_->more || std::holds_alternative<web::StreamBody>(response.body)) return std::nullopt;
  const auto io = channel_.transport().send(base::as_bytes(begun_->text), false);
  begun_->sent = io.n;
  if (io.n < begun_->text.size() || channel_.transport().flush().state != IoState::done) return std::nullopt;
  return Written{.complete = true, .bytes = begun_->body};
}

Awaitable<Written> ResponseWriter::write(web::Response& response, Manner manner) {
  if (!begun_) begun_ = begin(response, manner);
  Written written;
  const auto rest = base::as_bytes(begun_->text).subspan(begun_->sent);
  written.complete = co_await channel_.send(rest, begun_->more, stall_);
  written.bytes = written.complete ? begun_->body : 0;
  auto* stream = std::get_if<web::StreamBody>(&response.body);
  if (written.complete && begun_->more) {
    if (const auto* text = text_of(response.body)) {
      written = co_await send_text(*text);
    } else if (stream) {
      written = co_await send_stream(*stream);
    } else {
      written = co_await send_file(std::get<web::FileBody>(response.body));
    }
  }
  if (stream && stream->source) co_await release(*stream);
  co_return written;
}

Awaitable<Written> ResponseWriter::send_text(std::string_view text) {
  Written written;
  written.complete = co_await channel_.send(base::as_bytes(text), false, stall_);
  written.bytes = written.complete ? text.size() : 0;
  co_return written;
}

Awaitable<Written> ResponseWriter::send_file(const web::FileBody& body) {
  if (!channel_.transport().sends_files()) co_return co_await copy_file(body);
  Written written;
  std::uint64_t turn = 0;
  while (written.bytes < body.length) {
    const auto length = static_cast<std::size_t>(std::min(body.length - written.bytes, kTurn - turn));
    const auto io = channel_.transport().send_file(body.file->fd(), body.offset + written.bytes, length);
    if (io.state == IoState::done) {
      if (io.n == 0) co_return written;  // the file is shorter than was promised
      written.bytes += io.n;
      turn += io.n;
      if (turn < kTurn) continue;
      co_await channel_.yield();
    } else {
      const bool writable = co_await channel_.wait_to_send(io.state, stall_);
      if (!writable) co_return written;
    }
    turn = 0;
  }
  written.complete = true;
  co_return written;
}

// For a transport that must see the bytes. The buffer is given back whenever the client makes us wait, and what it did
// not take is read again: slow readers cannot hoard buffers.
Awaitable<Written> ResponseWriter::copy_file(const web::FileBody& body) {
  Written written;
  while (written.bytes < body.length) {
    auto buffer = co_await buffers_.borrow(channel_.loop());
    const auto want = std::min<std::uint64_t>(body.length - written.bytes, buffer.bytes().size());
    const auto got = ::pread(body.file->fd(), buffer.bytes().data(), static_cast<std::size_t>(want),
                             static_cast<off_t>(body.offset + written.bytes));
    if (got <= 0) co_return written;
    auto rest = base::Bytes(buffer.bytes().first(static_cast<std::size_t>(got)));
    Io io{.n = 0, .state = IoState::done};
    while (!rest.empty() && io.state == IoState::done) {
      io = channel_.transport().send(rest, false);
      rest = rest.subspan(io.n);
      written.bytes += io.n;
    }
    buffer.drop();
    if (io.state == IoState::done) {
      co_await channel_.yield();
    } else {
      const bool writable = co_await channel_.wait_to_send(io.state, stall_);
      if (!writable) co_return written;
    }
  }
  written.complete = co_await channel_.flush(stall_);
  co_return written;
}

Awaitable<Written> ResponseWriter::send_stream(web::StreamBody& body) {
  Written written;
  while (written.bytes < body.length) {
    auto buffer = co_await buffers_.borrow(channel_.loop());
    const auto want = std::min<std::uint64_t>(body.length - written.bytes, buffer.bytes().size());
    const auto room = buffer.bytes().first(static_cast<std::size_t>(want));
    auto fill = [&body, room] {
      std::size_t filled = 0;
      while (filled < room.size()) {
        const auto n = body.source->read(room.subspan(filled));
        if (!n || *n == 0) break;
        filled += *n;
      }
      return filled;
    };
    const auto filled = co_await offload(channel_.loop(), bulk_, fill);
    const auto ready = base::Bytes(room.first(filled.value_or(0)));
    const bool sent = co_await channel_.send(ready, false, stall_);
    if (!sent) co_return written;
    written.bytes += ready.size();
    if (ready.size() < room.size()) co_return written;  // the source ended early, or failed
  }
  written.complete = true;
  co_return written;
}

Awaitable<void> ResponseWriter::release(web::StreamBody& body) {
  auto job = [&body] {
    body.source.reset();
    return true;
  };
  co_await offload(channel_.loop(), bulk_, job);
}

}  // namespace berth::net
