// One running Berth: services and doors over opened stores, wired. The only place that knows every name.
#pragma once

#include <atomic>
#include <memory>

#include "api/admin/admin.h"
#include "api/aws/front.h"
#include "api/ecr/service.h"
#include "api/ecrpublic/service.h"
#include "api/iam/service.h"
#include "api/oci/front.h"
#include "api/organizations/service.h"
#include "api/sts/service.h"
#include "app/credentials.h"
#include "app/doors.h"
#include "app/stores.h"
#include "auth/denial_message.h"
#include "auth/origins.h"
#include "auth/policy_authorizer.h"
#include "auth/session_credentials.h"
#include "auth/sigv4.h"
#include "base/log.h"
#include "base/metrics.h"
#include "config/options.h"
#include "crypto/random.h"
#include "fetch/client.h"
#include "service/collection.h"
#include "service/fresh_uploads.h"
#include "service/iam/services.h"
#include "service/iam/sts_service.h"
#include "service/image_service.h"
#include "service/key_use.h"
#include "service/layer_service.h"
#include "service/lifecycle_preview_maker.h"
#include "service/lifecycle_runs.h"
#include "service/lifecycle_service.h"
#include "service/policy_service.h"
#include "service/public_registry_service.h"
#include "service/pull_exclusions.h"
#include "service/pull_recorder.h"
#include "service/rates.h"
#include "service/repository_removals.h"
#include "service/repository_service.h"
#include "service/scrubber.h"
#include "service/space.h"
#include "service/storage_mover.h"
#include "service/template_service.h"
#include "web/middleware.h"
#include "work/loop.h"

namespace berth::app {

// What configuration says, as values of the domain; made once, so that bad ones are found before anything opens.
struct NodeSettings {
  model::RegistryRef registry;
  service::Limits limits;
  service::RateTable rates;
  auth::Origins origins;
  fetch::AddressRules fetch_rules;
};
base::Result<NodeSettings> node_settings(const config::Options& options);

// Owned by `serve`. Members are in the order in which they depend on one another. Safe from any thread once made.
class Node {
 public:
  Node(const config::Options& options, NodeSettings settings, Stores stores, base::Log& log, base::Log& access_log);
  ~Node();

  web::Handler& front() { return public_.front(); }
  web::Handler& admin() { return admin_web_.front(); }
  base::Metrics& metrics() { return metrics_; }
  void drain() { admin_.drain(); }
  // The last call, after the last request: writes what is kept in memory for a while.
  base::Result<void> settle();

 private:
  api::ecr::Deps ecr_deps(const config::Options& options, const NodeSettings& settings, base::Log& log);

  std::atomic<bool> stopping_ = false;
  base::Metrics metrics_;
  base::NullLog no_access_log_;  // of the admin listener
  base::SystemClock clock_;
  crypto::SystemRandom random_;
  crypto::SeededRandom request_ids_;  // no secrets
  Stores stores_;
  auth::PolicyAuthorizer authorizer_;
  service::Space space_;
  service::FreshUploads fresh_uploads_;
  service::Core core_;
  service::Rates rates_;
  service::RepositoryService repositories_;
  service::RepositoryRemovals repository_removals_;
  service::LayerService layers_;
  service::ExclusionCache exclusion_cache_;
  service::PullExclusionService pull_exclusions_;
  service::PullRecorder pulls_;
  service::ImageService images_;
  service::PolicyService policies_;
  service::PublicRegistryService public_registries_;
  service::KeyUse key_use_;
  fetch::Client fetcher_;
  service::iam::OidcKeys oidc_keys_;
  service::iam::Services identities_;
  service::LifecycleService lifecycle_;
  service::TemplateService templates_;
  service::LifecyclePreviewMaker lifecycle_previews_;
  service::LifecycleRuns lifecycle_runs_;
  service::StorageMover storage_mover_;
  service::Collection collection_;
  service::Scrubber scrubber_;
  auth::SessionTokens sessions_;
  StoredCredentials credentials_;
  auth::SigV4Verifier verifier_;
  auth::RegistryTokens tokens_;
  auth::DenialMessages denials_;
  service::iam::TokenService session_service_;
  auth::DownloadUrls download_urls_;
  api::ecr::Service ecr_;
  api::ecrpublic::Service ecr_public_;
  api::sts::Service sts_;
  api::iam::Service iam_;
  api::organizations::Service organizations_;
  api::aws::Front aws_;
  api::oci::Recall recall_;
  api::oci::Front oci_;
  Doors doors_;
  web::Middleware public_;
  api::admin::Admin admin_;
  web::Middleware admin_web_;
  work::Loop space_loop_;
  work::Loop recall_loop_;
  work::Loop upload_expiry_;
  work::Loop upload_sweep_;
  work::Loop key_use_flush_;
  work::Loop pull_times_flush_;
  work::Loop repository_removal_loop_;
  work::Loop lifecycle_preview_loop_;
  work::Loop lifecycle_run_loop_;
  work::Loop storage_move_loop_;
  work::Loop collection_loop_;
  work::Loop storage_sweep_loop_;
  work::Loop scrub_loop_;
};

}  // namespace berth::app
