// What a client asked, as far as HTTP is concerned, without the body.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "web/headers.h"

namespace berth::web {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };
std::string_view name(Method method);  // "GET", ...; "-" for other
Method method_from(std::string_view text);

// Owned by the connection; lives until Handler::done() has returned, so reactions and sinks may refer to it.
struct Request {
  Method method = Method::get;
  std::string target;  // as sent, or its path and query if sent in absolute form
  Headers headers;

  std::string peer;                             // the address at the other end of the socket, no port
  std::string listener{};                       // the name of the listener it came in by; most have none
  bool trusted_peer = false;                    // peer is a proxy that may speak for its clients
  std::string client;                           // the address of the client: peer, or what a trusted proxy says
  std::string scheme;                           // "http" or "https", as the client sees it
  std::string host;                             // Host (or the absolute form's authority), as the client sees it
  std::optional<std::uint64_t> content_length;  // nullopt: chunked, or no body
  bool has_body = false;                        // a body follows, be it empty

  std::string id;  // request id; set by middleware before any handler sees the request
  std::chrono::steady_clock::time_point received{};

  // Raw: neither is percent-decoded.
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const {
    const auto at = target.find('?');
    return at == std::string::npos ? std::string_view() : std::string_view(target).substr(at + 1);
  }
};

}  // namespace berth::web
