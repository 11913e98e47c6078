#include "answer.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace berth::load {
namespace {

bool is(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() && base::to_lower(text) == lower_case;
}

std::string path_of(std::string_view location) {
  if (const auto scheme = location.find("://"); scheme != std::string_view::npos) {
    const auto slash = location.find('/', scheme + 3);
    location = slash == std::string_view::npos ? "/" : location.substr(slash);
  }
  return std::string(location);
}

}  // namespace

void AnswerReader::begin(bool bodyless) {
  answer_.status = 0;
  answer_.close = false;
  answer_.bytes = 0;
  answer_.location.clear();
  phase_ = Phase::head;
  bodyless_ = bodyless;
  left_ = 0;
  head_.clear();
  line_.clear();
}

bool AnswerReader::take_head(std::string_view head) {
  if (head.size() < 12 || !head.starts_with("HTTP/1.")) return false;
  answer_.status = base::parse_integer<int>(head.substr(9, 3)).value_or(0);
  answer_.close = head[7] == '0';
  bool chunked = false, has_length = false;
  for (auto at = head.find('\n'); at != std::string_view::npos && at + 1 < head.size();) {
    const auto end = head.find('\n', at + 1);
    const auto line = head.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    at = end;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto name = line.substr(0, colon), value = base::trim(line.substr(colon + 1));
    if (is(name, "content-length")) {
      left_ = base::parse_integer<std::uint64_t>(value).value_or(0);
      has_length = true;
    } else if (is(name, "transfer-encoding")) {
      chunked = is(value, "chunked");
    } else if (is(name, "connection")) {
      answer_.close = is(value, "close");
    } else if (is(name, "location")) {
      answer_.location = path_of(value);
    }
  }
  const bool empty = bodyless_ || answer_.status == 204 || answer_.status == 304 || (has_length && left_ == 0);
  if (!empty && !chunked && !has_length) return false;  // a body until the end of the connection: nobody here sends one
  phase_ = empty ? Phase::done : chunked ? Phase::chunk_size : Phase::length;
  if (phase_ == Phase::chunk_size) left_ = 0;
  return true;
}

// Moves what belongs to the line out of `bytes`; true once it is whole, in line_.
bool AnswerReader::take_line(std::string_view& bytes) {
  const auto end = bytes.find('\n');
  line_.append(bytes.substr(0, end));
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  return end != std::string_view::npos;
}

bool AnswerReader::take(std::string_view bytes) {
  while (!bytes.empty() && phase_ != Phase::done) {
    switch (phase_) {
      case Phase::head: {
        const auto from = head_.size() < 3 ? 0 : head_.size() - 3;
        const bool at_once = head_.empty();
        if (!at_once) head_.append(bytes);
        const std::string_view seen = at_once ? bytes : std::string_view(head_);
        const auto end = seen.find("\r\n\r\n", at_once ? 0 : from);
        if (end == std::string_view::npos) {
          if (at_once) head_.assign(bytes);
          return head_.size() < (64 << 10);
        }
        const auto rest = bytes.substr(bytes.size() - (seen.size() - end - 4));
        if (!take_head(seen.substr(0, end + 2))) return false;
        bytes = rest;
        break;
      }
      case Phase::length:
      case Phase::chunk: {
        const auto part = std::min<std::uint64_t>(left_, bytes.size());
        bytes.remove_prefix(part);
        left_ -= part;
        answer_.bytes += part;
        if (left_ == 0) phase_ = phase_ == Phase::length ? Phase::done : Phase::chunk_end;
        break;
      }
      case Phase::chunk_size: {
        if (!take_line(bytes)) break;
        if (std::from_chars(line_.data(), line_.data() + line_.size(), left_, 16).ec != std::errc()) return false;
        line_.clear();
        phase_ = left_ == 0 ? Phase::trailers : Phase::chunk;
        break;
      }
      case Phase::chunk_end: {
        if (!take_line(bytes)) break;
        line_.clear();
        phase_ = Phase::chunk_size;
        break;
      }
      case Phase::trailers: {
        if (!take_line(bytes)) break;
        if (base::trim(line_).empty()) phase_ = Phase::done;
        line_.clear();
        break;
      }
      case Phase::done: break;
    }
  }
  return bytes.empty();  // nothing comes behind an answer that was not asked for
}

AnswerReader::State AnswerReader::advance(Stream& stream, std::span<char> scratch) {
  constexpr std::size_t kHead = 16 << 10;
  while (phase_ != Phase::done) {
    const bool in_body = phase_ == Phase::length;
    const auto got =
        in_body ? stream.drop(left_, scratch) : stream.read(scratch.first(std::min(scratch.size(), kHead)));
    if (got == Stream::kAgain) return State::more;
    if (got <= 0) return State::broken;
    if (in_body) {
      left_ -= static_cast<std::uint64_t>(got);
      answer_.bytes += static_cast<std::uint64_t>(got);
      if (left_ == 0) phase_ = Phase::done;
    } else if (!take({scratch.data(), static_cast<std::size_t>(got)})) {
      return State::broken;
    }
  }
  return State::done;
}

}  // namespace berth::load
