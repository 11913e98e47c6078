// Where a call comes from, as far as policies may ask.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "policy/document.h"

namespace berth::auth {

// A VPC endpoint that the call came through ("VPC endpoints" of ECR's user guide; ecr.md 10).
struct ViaEndpoint {
  std::string vpce;                                // aws:SourceVpce
  std::string vpc;                                 // aws:SourceVpc
  std::shared_ptr<const policy::Document> policy;  // of the door that was used; nullptr: allows all
};

// A value, made by a door for one call.
struct Origin {
  std::string source_ip;  // aws:SourceIp, or aws:VpcSourceIp through an endpoint
  bool secure = false;    // aws:SecureTransport
  std::string user_agent;
  std::string referer;
  std::optional<ViaEndpoint> endpoint{};
};

}  // namespace berth::auth
