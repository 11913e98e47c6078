// The head of an HTTP/1.x request: where it ends, what it says, and whether it is beyond doubt (RFC 9112).
//
// Strict on purpose: whatever two servers could read in two ways is refused, so that no proxy in front of Berth and
// Berth disagree about where a request ends. Pure; tokens are Beast's, the judgement is here.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "net/options.h"
#include "web/request.h"

namespace berth::net {

// Looks for the end of a head in bytes that arrive piecemeal; looks at each byte once.
class HeadScanner {
 public:
  explicit HeadScanner(const Limits& limits) : limits_(limits) {}

  struct Found {
    std::size_t length = 0;  // of the whole head; 0: not yet
    int status = 0;          // 400, 414 or 431: this can never become a good head
  };
  // `data`: all bytes since the head began.
  Found scan(std::string_view data);

 private:
  const Limits& limits_;
  std::size_t line_ = 0;  // where the current line begins
  std::size_t seen_ = 0;  // how much of it holds no line end
  std::size_t lines_ = 0;
};

// How the body of a request is told apart from what follows it, and what becomes of the connection.
struct Framing {
  bool chunked = false;
  std::uint64_t length = 0;  // unless chunked
  bool keep_alive = false;
  bool http_1_0 = false;
  bool expects_continue = false;
};

struct Head {
  web::Request request;  // without what the connection knows: peer, client, scheme, received
  Framing framing;
};

struct Refused {
  int status = 400;  // 400, 417, 501 or 505
};

// `text`: a whole head, as HeadScanner found it.
std::variant<Head, Refused> parse_head(std::string_view text);

// Whether `text` may stand in Host: a name or an address, and perhaps a port.
bool valid_host(std::string_view text);

}  // namespace berth::net
