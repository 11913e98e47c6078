// Calls of AWS services as a client makes them: the JSON protocol of ECR, the Query protocol of STS.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/signer.h"
#include "base/clock.h"
#include "fetch/sender.h"

namespace berth::cli {

// Where and how to call. A value.
struct Destination {
  std::string url;     // scheme://host[:port]
  std::string region;  // of the signature
  std::string ca_bundle;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

// The caller's references outlive it. One owner.
class AwsCalls {
 public:
  AwsCalls(fetch::Sender& http, const base::Clock& clock) : http_(http), clock_(clock) {}

  // The body of a 200. access_denied, credentials_expired, unrecognized_client or unavailable: with the service's own
  // text, if it gave one.
  base::Result<std::string> ecr(const Destination& to, const auth::SigningIdentity& identity,
                                std::string_view operation, std::string body) const;
  // `identity` nullptr: not signed.
  base::Result<std::string> sts(const Destination& to, const auth::SigningIdentity* identity,
                                const Parameters& parameters) const;
  base::Result<std::string> get(const std::string& url, const Parameters& headers, const std::string& what) const;

 private:
  base::Result<std::string> send(fetch::Request request, const std::string& what) const;
  void sign(fetch::Request& request, const auth::SigningIdentity& identity, const std::string& region,
            std::string_view service) const;

  fetch::Sender& http_;
  const base::Clock& clock_;
};

// The text in the first <name>...</name> of an XML answer, with its entities resolved; empty: none.
std::string xml_text(std::string_view xml, std::string_view name);

}  // namespace berth::cli
