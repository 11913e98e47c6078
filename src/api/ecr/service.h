// The ECR door: AWS JSON 1.1 (X-Amz-Target: AmazonEC2ContainerRegistry_V20150921.<operation>) in front of `service`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/aws/endpoint.h"
#include "api/aws/service.h"
#include "auth/download_url.h"
#include "auth/registry_token.h"
#include "base/clock.h"
#include "base/log.h"
#include "service/image_service.h"
#include "service/layer_service.h"
#include "service/lifecycle_service.h"
#include "service/policy_service.h"
#include "service/pull_exclusions.h"
#include "service/rates.h"
#include "service/repository_service.h"
#include "service/template_service.h"

namespace berth::api::ecr {

// References outlive the door.
struct Deps {
  service::RepositoryService& repositories;
  service::ImageService& images;
  service::LayerService& layers;
  service::PolicyService& policies;
  service::LifecycleService& lifecycle;
  service::PullExclusionService& pull_exclusions;
  service::TemplateService& templates;
  const auth::RegistryTokens& tokens;
  const auth::DownloadUrls& download_urls;
  const base::Clock& clock;
  base::Log& log;
  service::Rates* rates = nullptr;  // none: nothing is throttled
  aws::EndpointOptions endpoint;
};

// Stateless; safe from any thread.
class Service final : public aws::Service {
 public:
  explicit Service(Deps deps) : deps_(std::move(deps)) {}

  std::string_view name() const override { return "ecr"; }
  std::uint64_t body_limit(const web::Request& request) const override;
  web::Response handle(const aws::Call& call, std::string body) const override;
  web::Response error(const base::Error& error, std::string_view request_id) const override;

 private:
  Deps deps_;
};

}  // namespace berth::api::ecr
