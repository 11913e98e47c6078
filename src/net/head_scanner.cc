#include "net/head.h"

namespace berth::net {
namespace {

bool token_start(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

HeadScanner::Found HeadScanner::scan(std::string_view data) {
  // TLS, a proxy protocol and noise fail at once instead of waiting for a line that never ends.
  if (!data.empty() && !token_start(data.front())) return {.status = 400};
  for (;;) {
    const auto at = data.find('\n', seen_);
    const auto end = at == std::string_view::npos ? data.size() : at + 1;
    if (lines_ == 0 && end > limits_.max_request_line) return {.status = 414};
    if (end > limits_.max_head_bytes) return {.status = 431};
    if (at == std::string_view::npos) {
      seen_ = data.size();
      return {};
    }
    if (at == line_ || data[at - 1] != '\r') return {.status = 400};  // a bare LF
    if (at == line_ + 1) return {.length = end};
    if (data[line_] == ' ' || data[line_] == '\t') return {.status = 400};  // a folded line
    if (lines_++ > limits_.max_fields) return {.status = 431};
    line_ = seen_ = end;
  }
}

}  // namespace berth::net
