#include "net/connection.h"

#include <sys/socket.h>

#include <utility>

#include "net/exchange.h"
#include "net/response_writer.h"

namespace berth::net {
namespace {

using std::chrono::steady_clock;

// What a browser or a client with the wrong scheme gets to read on a TLS port.
web::Response speak_tls() {
  web::Response response{.status = 400, .body = "This port speaks TLS: use https.\n"};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

// An empty line or two before a request are forgiven (RFC 9112 section 2.2).
void skip_empty_lines(std::string& text) {
  while (text.starts_with("\r\n")) text.erase(0, 2);
}

}  // namespace

Connection::Connection(ServerState& server, ListenerState& listener, Place place, Socket socket, std::string peer,
                       bool crowded)
    : place_(std::move(place)),
      server_(server),
      listener_(listener),
      channel_(place_.loop(), std::move(socket), listener),
      peer_(std::move(peer)),
      crowded_(crowded) {
  listener_.connections.fetch_add(1, std::memory_order_relaxed);
}

Connection::~Connection() { listener_.connections.fetch_sub(1, std::memory_order_relaxed); }

Awaitable<void> Connection::run() {
  bool open = co_await shake_hands();
  if (open && crowded_) {
    auto response = listener_.options.handler->busy(nullptr, web::Busy::connections);
    response.headers.set("Retry-After", "1");
    co_await say_goodbye(response);
    co_return;
  }
  while (open) {
    auto next = co_await read_head();
    open = false;
    if (auto* head = std::get_if<Head>(&next)) {
      open = co_await serve(std::move(*head));
    } else if (const auto* refused = std::get_if<Refused>(&next)) {
      co_await refuse(refused->status);
    }
  }
}

Awaitable<bool> Connection::shake_hands() {
  if (!listener_.options.tls) {
    first_ = std::make_unique_for_overwrite<First>();
    co_return true;
  }
  const bool tls = co_await begin_tls();
  if (!tls) co_return false;
  const auto until = steady_clock::now() + server_.options.limits.handshake_timeout;
  for (;;) {
    const auto io = channel_.transport().handshake();
    if (io.state == IoState::done) co_return true;
    if (io.state != IoState::want_read && io.state != IoState::want_write) co_return false;
    const auto signal = co_await channel_.wait_idle(io.state, until);
    if (signal != Signal::ready) co_return false;
  }
}

// Looks at the first byte before OpenSSL does.
Awaitable<bool> Connection::begin_tls() {
  const auto until = steady_clock::now() + server_.options.limits.handshake_timeout;
  const auto signal = co_await channel_.wait_idle(IoState::want_read, until);
  if (signal != Signal::ready) co_return false;
  char first = 0;
  if (::recv(channel_.fd(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) co_return false;
  if (first >= 'A' && first <= 'Z') {
    auto response = speak_tls();
    co_await say_goodbye(response);
    co_return false;
  }
  auto transport = listener_.tls()->accept(channel_.fd(), channel_.loop().cipher());
  if (!transport) co_return false;
  channel_.use(std::move(transport));
  co_return true;
}

Awaitable<Connection::Next> Connection::read_head() {
  const auto& limits = server_.options.limits;
  HeadScanner scanner(limits);
  bool began = false;
  auto until = steady_clock::now() + limits.idle_timeout;
  for (;;) {
    if (!began) skip_empty_lines(received_);
    if (!began && !received_.empty() && received_ != "\r") {
      began = true;
      head_began_ = steady_clock::now();
      until = head_began_ + limits.head_timeout;
    }
    if (began) {
      const auto found = scanner.scan(received_);
      if (found.status != 0) co_return Refused{.status = found.status};
      if (found.length != 0) {
        auto next = take_head(std::string_view(received_).substr(0, found.length));
        received_.erase(0, found.length);
        co_return next;
      }
    }
    if (first_ && received_.empty()) {
      const auto got = co_await channel_.receive_idle(*first_, until);
      if (got.signal != Signal::ready || got.n == 0) co_return Leave{};
      const auto text = base::as_text(base::Bytes(*first_).first(got.n));
      // Most requests are a whole head and nothing else: it is read where it is.
      const auto whole = text.starts_with('\r') ? HeadScanner::Found() : HeadScanner(limits).scan(text);
      if (whole.length == text.size()) {
        head_began_ = steady_clock::now();
        co_return take_head(text);
      }
      received_.assign(text);
      continue;
    }
    const auto scratch = channel_.loop().scratch();
    const auto io = channel_.transport().receive(scratch);
    if (io.state == IoState::done) {
      received_.append(base::as_text(scratch.first(io.n)));
      continue;
    }
    if (io.state == IoState::end || io.state == IoState::failed) co_return Leave{};
    Signal signal{};
    if (began) {
      signal = co_await channel_.wait(io.state, until);
    } else {
      if (received_.empty()) std::string().swap(received_);  // idle connections hold no memory they can do without
      signal = co_await channel_.wait_idle(io.state, until);
    }
    if (signal == Signal::timeout && began) co_return Refused{.status = 408};
    if (signal != Signal::ready) co_return Leave{};
  }
}

Connection::Next Connection::take_head(std::string_view text) {
  auto parsed = parse_head(text);
  if (const auto* refused = std::get_if<Refused>(&parsed)) return *refused;
  auto& head = std::get<Head>(parsed);
  head.request.received = head_began_;
  head.request.peer = peer_;
  head.request.listener = listener_.options.name;
  head.request.scheme = listener_.options.tls ? "https" : "http";
  server_.proxies.apply(head.request);
  return std::move(head);
}

Awaitable<bool> Connection::serve(Head head) {
  const bool last = ++requests_ >= server_.options.limits.max_requests_per_connection;
  Exchange exchange(server_, listener_, channel_, received_, std::move(head), last);
  co_return co_await exchange.run();
}

Awaitable<void> Connection::refuse(int status) {
  auto response = listener_.options.handler->refusal(status);
  co_await say_goodbye(response);
}

Awaitable<void> Connection::say_goodbye(web::Response& response) {
  ResponseWriter writer(channel_, server_.downloads, server_.bulk, server_.options.limits.write_stall_timeout);
  const ResponseWriter::Manner manner{.head_only = false, .close = true, .keep_alive = false};
  const auto written = co_await writer.write(response, manner);
  if (written.complete) co_await channel_.linger(server_.options.limits.drain_timeout);
}

}  // namespace berth::net
