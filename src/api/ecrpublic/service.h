// The ECR Public door: AWS JSON 1.1 (X-Amz-Target: SpencerFrontendService.<operation>) in front of `service`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "api/aws/service.h"
#include "api/ecr/service.h"
#include "service/public_registry_service.h"

namespace berth::api::ecrpublic {

// References outlive the door.
struct Deps {
  ecr::Deps ecr;  // what ECR's own operations need
  service::PublicRegistryService& registries;
};

// Stateless; safe from any thread.
class Service final : public aws::Service {
 public:
  explicit Service(Deps deps) : deps_(std::move(deps)) {}

  std::string_view name() const override { return "ecr-public"; }
  std::uint64_t body_limit(const web::Request& request) const override;
  // UnsupportedCommandException in a region where ECR Public has no endpoint.
  web::Response handle(const aws::Call& call, std::string body) const override;
  web::Response error(const base::Error& error, std::string_view request_id) const override;

 private:
  Deps deps_;
};

}  // namespace berth::api::ecrpublic
