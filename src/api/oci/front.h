// The OCI door: from a request's head to a service call, and back. distribution-spec 1.1; ECR's habits from its user
// guide ("Private registry authentication", "HTTP API").
//
// Public registries are behind host names of their own, as public.ecr.aws is. There a name begins with its registry's
// alias, and tokens are Bearer tokens that /token/ hands out to everybody ("Public registries", ECR Public User Guide;
// "Token Authentication Specification" of distribution).
#pragma once

#include <string>
#include <vector>

#include "api/oci/recall.h"
#include "api/oci/route.h"
#include "auth/download_url.h"
#include "auth/origins.h"
#include "auth/registry_token.h"
#include "base/clock.h"
#include "base/log.h"
#include "model/repository.h"
#include "service/image_service.h"
#include "service/layer_service.h"
#include "service/public_registry_service.h"
#include "service/rates.h"
#include "service/repository_service.h"
#include "web/handler.h"

namespace berth::api::oci {

struct Options {
  model::RegistryRef default_registry;      // for hosts that name none
  std::vector<std::string> domains;         // after <account>.dkr.ecr.<region>.
  std::vector<std::string> regions;         // those served; empty: any
  std::string public_url;                   // before Locations; empty: relative ones
  std::vector<std::string> public_hosts{};  // of public registries, without ports, in lower case
  std::uint64_t max_manifest = 4 << 20;     // bytes
  std::chrono::milliseconds call = std::chrono::seconds(30);
  auth::Origins origins{};
  bool expired_token_is_forbidden = false;  // 403 as ECR answers, instead of 401 with the challenge
};

// References outlive the door.
struct Deps {
  service::ImageService& images;
  service::LayerService& layers;
  service::RepositoryService& repositories;
  service::PublicRegistryService& public_registries;
  const auth::RegistryTokens& tokens;
  const auth::DownloadUrls& download_urls;
  const base::Clock& clock;
  base::Log& log;
  service::Rates* rates = nullptr;  // none: nothing is throttled
  Recall* recall = nullptr;         // none: every request is worked on
  Options options;
};

// Stateless; safe from any thread.
class Front {
 public:
  explicit Front(Deps deps) : deps_(std::move(deps)) {}

  bool serves(const web::Request& request) const;  // /v2..., /download/...; of public registries /token/, /logo/... too
  web::Reaction handle(web::Request& request) const;
  // What handle() would answer, if it can be told at once. On an I/O thread.
  std::optional<web::Response> at_once(const web::Request& request) const;
  // Not HEAD of a blob: that is how pushes begin.
  static bool only_reads(const web::Request& request);
  web::Response busy(const web::Request& request) const;  // 503: come again

 private:
  // What an answer depends on besides the request and metadata.
  struct Terms {
    const bool comparable;  // whether it may be kept at all
    base::Lasting lasting{};
    std::optional<Charge> charge{};  // none: it is not to be kept
  };
  web::Reaction work_out(const web::Request& request) const;
  web::Reaction route(const web::Request& request, Terms& terms) const;
  web::Reaction serve(const web::Request& request, auth::Caller caller, const model::RegistryRef& registry,
                      Terms& terms) const;
  // `prefix`: what stood before the name in the path, "<alias>/" or nothing.
  web::Reaction dispatch(const web::Request& request, auth::Caller caller, model::RegistryRef registry, Route route,
                         std::string prefix, Terms& terms) const;
  web::Response expired(const web::Request& request, const base::Error& error, const model::RegistryRef& registry,
                        bool named) const;
  web::Response unauthorized(const web::Request& request, const model::RegistryRef& registry, bool named) const;

  // public_front.cc
  bool is_public(std::string_view host) const;
  web::Reaction route_public(const web::Request& request, Terms& terms) const;
  web::Reaction serve_public(const web::Request& request, auth::Caller caller, Terms& terms) const;
  web::Response challenge(const web::Request& request, const base::Error& error) const;
  base::Result<auth::TokenIdentity> open_public(const base::Secret& password) const;
  web::Response token(const web::Request& request) const;
  web::Response logo(const web::Request& request) const;
  Deps deps_;
};

}  // namespace berth::api::oci
