// The one thing that the commands need of HTTP. Implemented over `fetch`; tests have their own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace berth::cli {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string ca_bundle;  // a file; empty: the system's
};

struct HttpReply {
  int status = 0;
  std::string body;
};

class Http {
 public:
  virtual ~Http() = default;
  // `unavailable`: no answer, or one that is too large. Follows no redirect.
  virtual base::Result<HttpReply> send(const HttpRequest& request) = 0;
};

}  // namespace berth::cli
