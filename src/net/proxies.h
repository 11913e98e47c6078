// Whose word counts about who the client is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/network.h"
#include "web/request.h"

namespace berth::net {

// Immutable; safe from any thread.
class TrustedProxies {
 public:
  // Addresses or CIDR blocks, IPv4 or IPv6. invalid_parameter names the one that is neither.
  static base::Result<TrustedProxies> parse(const std::vector<std::string>& blocks);

  bool contains(std::string_view address) const;

  // Takes `peer` and fills trusted_peer and client; if the peer is trusted, X-Forwarded-For (the right-most address
  // that is not trusted), X-Forwarded-Proto and X-Forwarded-Host (the right-most value of each: the one our proxy
  // wrote) decide client, scheme and host. What does not parse is ignored.
  void apply(web::Request& request) const;

 private:
  std::string client_of(const web::Request& request) const;

  std::vector<base::Network> blocks_;
};

}  // namespace berth::net
