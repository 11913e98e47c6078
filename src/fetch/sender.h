// Requests to a server that the user of a command chose: any method, headers, a body, any address. Not for a URL that
// somebody else may have written: that is client.h.
//
// Follows no redirect. A proxy that the environment names is used, except for this machine itself.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/error.h"
#include "fetch/client.h"

namespace berth::fetch {

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string ca_bundle;  // PEM file; empty: the system's
};

// The seam: commands are given this, tests their own.
class Sender {
 public:
  virtual ~Sender() = default;
  // `unavailable`: no answer, or no trust in its certificate; `deadline_exceeded`; `payload_too_large`: over 1 MiB;
  // `unsupported`: not a URL of http or https. Any status is an answer. Blocks, at most until the deadline.
  virtual base::Result<Response> send(const Request& request, const base::Deadline& deadline) = 0;
};

// Safe from any thread.
class CurlSender final : public Sender {
 public:
  explicit CurlSender(std::string user_agent);
  ~CurlSender() override;
  CurlSender(const CurlSender&) = delete;
  CurlSender& operator=(const CurlSender&) = delete;

  base::Result<Response> send(const Request& request, const base::Deadline& deadline) override;

 private:
  const std::string user_agent_;
  const std::unique_ptr<CurlLibrary> library_;
};

}  // namespace berth::fetch
