// GET over HTTP, to places that somebody else may have chosen.
//
// Sends no credentials, no cookies, and nothing that the environment says (proxies, .netrc). What a URL, a redirect or
// DNS leads to is checked for each connection (address_rules.h); plain http only to hosts that the operator named.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/deadline.h"
#include "base/error.h"
#include "fetch/address_rules.h"

namespace berth::fetch {

class CurlLibrary;

struct Response {
  int status = 0;    // of the last hop; never a redirect that could be followed
  std::string body;  // whole
};

// The seam: services are given this, tests their own.
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // `unsupported`: not a URL, or one that may not be fetched; `unavailable`: no answer, or no trust in its certificate;
  // `deadline_exceeded`; `payload_too_large`. Any status is an answer. Blocks, at most until the deadline.
  virtual base::Result<Response> get(const std::string& url, const base::Deadline& deadline) const = 0;
};

struct ClientOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds(5);  // of one get(), redirects included
  std::size_t max_body = 1 << 20;
  int max_redirects = 3;
  std::string ca_bundle;  // PEM file; empty: the system's
  std::string user_agent = "berth";
};

// Safe from any thread.
class Client final : public Fetcher {
 public:
  explicit Client(AddressRules rules, ClientOptions options = {});
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  base::Result<Response> get(const std::string& url, const base::Deadline& deadline) const override;

 private:
  const AddressRules rules_;
  const ClientOptions options_;
  const std::unique_ptr<CurlLibrary> library_;
};

}  // namespace berth::fetch
