// The OCI door: from a request's head to a service call, and back. distribution-spec 1.1; ECR's habits from its user
// guide ("Private registry authentication", "HTTP API").
#pragma once

#include <string>
#include <vector>

#include "auth/download_url.h"
#include "auth/origins.h"
#include "auth/registry_token.h"
#include "base/clock.h"
#include "base/log.h"
#include "model/repository.h"
#include "service/image_service.h"
#include "service/layer_service.h"
#include "service/repository_service.h"
#include "web/handler.h"

namespace berth::api::oci {

struct Options {
  model::RegistryRef default_registry;   // for hosts that name none
  std::vector<std::string> domains;      // after <account>.dkr.ecr.<region>.
  std::vector<std::string> regions;      // those served; empty: any
  std::string public_url;                // before Locations; empty: relative ones
  std::uint64_t max_manifest = 4 << 20;  // bytes
  std::chrono::milliseconds call = std::chrono::seconds(30);
  auth::Origins origins{};
  bool expired_token_is_forbidden = false;  // 403 as ECR answers, instead of 401 with the challenge
};

// References outlive the door.
struct Deps {
  service::ImageService& images;
  service::LayerService& layers;
  service::RepositoryService& repositories;
  const auth::RegistryTokens& tokens;
  const auth::DownloadUrls& download_urls;
  const base::Clock& clock;
  base::Log& log;
  Options options;
};

// Stateless; safe from any thread.
class Front {
 public:
  explicit Front(Deps deps) : deps_(std::move(deps)) {}

  static bool serves(std::string_view path);  // /v2..., /download/...
  web::Reaction handle(web::Request& request) const;

 private:
  web::Reaction route(const web::Request& request) const;
  web::Reaction serve(const web::Request& request, auth::Caller caller, const model::RegistryRef& registry) const;
  web::Response expired(const web::Request& request, const base::Error& error, const model::RegistryRef& registry,
                        bool named) const;
  web::Response unauthorized(const web::Request& request, const model::RegistryRef& registry, bool named) const;
  Deps deps_;
};

}  // namespace berth::api::oci
