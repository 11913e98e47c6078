// From "host:port" to listening sockets.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <utility>

#include "base/text.h"
#include "net/acceptor.h"

namespace berth::net {
namespace {

using base::Errc;

constexpr int kBacklog = 4096;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

base::Result<Addresses> resolve(const std::string& text) {
  const auto malformed = [&] { return base::fail(Errc::invalid_parameter, "not an address to listen on: " + text); };
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return malformed();
  const auto port = text.substr(colon + 1);
  auto host = text.substr(0, colon);
  if (!base::parse_integer<std::uint16_t>(port)) return malformed();
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.contains(':')) {
    return malformed();
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  if (host.empty()) hints.ai_family = AF_INET6;  // "::" takes IPv4 too
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &list);
  if (code != 0) return base::fail(Errc::invalid_parameter, text + ": " + ::gai_strerror(code));
  return Addresses(list);
}

bool set(const base::File& socket, int level, int option, int value) {
  return ::setsockopt(socket.fd(), level, option, &value, sizeof(value)) == 0;
}

std::uint16_t port_of(const base::File& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  ::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(address).sin_port
                                            : reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
}

// Sockets that are accepted inherit these.
base::Result<void> tune(const base::File& socket, const Listener& options) {
  if (options.tcp_nodelay) set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  const auto& name = options.tcp_congestion;
  if (!name.empty() &&
      ::setsockopt(socket.fd(), IPPROTO_TCP, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size())) != 0) {
    return base::fail(Errc::invalid_parameter, "the kernel has no congestion control called " + name);
  }
  return {};
}

// The first socket is bound alone, and shares the address only afterwards: a second server on the same address fails
// instead of quietly taking half of the connections.
base::Result<base::File> open_one(addrinfo& address, const Listener& options, bool first) {
  const auto failed = [&] {
    return base::fail(Errc::unavailable, "cannot listen on " + options.address + ": " + std::strerror(errno));
  };
  base::File socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket || !set(socket, SOL_SOCKET, SO_REUSEADDR, 1)) return failed();
  if (address.ai_family == AF_INET6 && options.address.starts_with(':')) set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (!first && !set(socket, SOL_SOCKET, SO_REUSEPORT, 1)) return failed();
  if (::bind(socket.fd(), address.ai_addr, address.ai_addrlen) != 0) return failed();
  if (first && !set(socket, SOL_SOCKET, SO_REUSEPORT, 1)) return failed();
  BERTH_CHECK(tune(socket, options));
  return socket;
}

}  // namespace

base::Result<std::vector<base::File>> open_listener(ListenerState& listener, std::size_t count) {
  BERTH_TRY(auto addresses, resolve(listener.options.address));
  std::vector<base::File> sockets;
  for (std::size_t i = 0; i < count; ++i) {
    BERTH_TRY(auto socket, open_one(*addresses, listener.options, i == 0));
    if (i == 0) {
      listener.port = port_of(socket);
      auto* address = addresses->ai_addr;
      if (address->sa_family == AF_INET) {
        reinterpret_cast<sockaddr_in*>(address)->sin_port = htons(listener.port);
      } else {
        reinterpret_cast<sockaddr_in6*>(address)->sin6_port = htons(listener.port);
      }
    }
    sockets.push_back(std::move(socket));
  }
  for (const auto& socket : sockets) {
    if (::listen(socket.fd(), kBacklog) != 0) {
      return base::fail(Errc::unavailable,
                        "cannot listen on " + listener.options.address + ": " + std::strerror(errno));
    }
  }
  return sockets;
}

}  // namespace berth::net
