// The bytes of an HTTP/1.1 request from a stranger: the head, then what follows it as a chunked body. Nothing may
// crash, however the bytes are cut, and a head that is accepted has one reading.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "net/chunked.h"
#include "net/head.h"
#include "net/proxies.h"

namespace {

using namespace berth;

void require(bool holds) {
  if (!holds) std::abort();
}

net::HeadScanner::Found scan(const net::Limits& limits, std::string_view text, std::size_t step) {
  net::HeadScanner scanner(limits);
  for (std::size_t n = std::min(step, text.size());; n = std::min(n + step, text.size())) {
    const auto found = scanner.scan(text.substr(0, n));
    if (found.length != 0 || found.status != 0 || n == text.size()) return found;
  }
}

void check(net::Head& head) {
  auto& [request, framing] = head;
  require(request.target.starts_with('/') || (request.target == "*" && request.method == web::Method::options));
  require(request.host.empty() || net::valid_host(request.host));
  require(request.headers.count("Host") <= 1);
  require(request.headers.count("Content-Length") + request.headers.count("Transfer-Encoding") <= 1);
  require(framing.chunked == (request.headers.count("Transfer-Encoding") == 1));
  require(framing.chunked || framing.length == request.content_length.value_or(0));
  for (const auto& [name, value] : request.headers) {
    require(!name.empty() && name.find_first_of(": \t\r\n") == std::string::npos);
    require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  static const auto kProxies = net::TrustedProxies::parse({"0.0.0.0/0", "::/1"}).value();
  request.peer = "127.0.0.1";
  kProxies.apply(request);
  require(request.trusted_peer && !request.client.empty());
}

std::pair<std::string, int> decode(std::string text, std::size_t step) {
  net::ChunkedDecoder decoder;
  std::string payload;
  for (std::size_t at = 0; at < text.size() && !decoder.done() && !decoder.bad();) {
    const auto piece = std::as_writable_bytes(std::span(text)).subspan(at, std::min(step, text.size() - at));
    const auto taken = decoder.decode(piece);
    require(taken.payload <= taken.used && taken.used <= piece.size());
    payload += base::as_text(piece.first(taken.payload));
    at += taken.used;
  }
  return {payload, decoder.done() ? 1 : decoder.bad() ? 2 : 0};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const net::Limits limits{.max_request_line = 512, .max_head_bytes = 4096, .max_fields = 32};
  const auto whole = scan(limits, text, text.size() + 1);
  const auto slow = scan(limits, text, 1);
  require(whole.length == slow.length);  // by bytes, another limit may be seen first
  require((whole.status == 0) == (slow.status == 0));
  if (whole.length == 0) return 0;
  auto parsed = net::parse_head(text.substr(0, whole.length));
  if (auto* head = std::get_if<net::Head>(&parsed)) check(*head);
  const std::string body(text.substr(whole.length));
  require(decode(body, body.size() + 1) == decode(body, 1));
  require(decode(body, 7) == decode(body, 1));
  return 0;
}
