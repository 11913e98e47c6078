#include "app/node.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "api/ecr/operations.h"
#include "app/limits.h"
#include "app/memory_limit.h"
#include "app/origins.h"
#include "base/disk_space.h"

namespace berth::app {
namespace {

// Where pushes and moves write. PostgreSQL looks after its own disk.
std::vector<service::Space::Folder> written_folders(const config::Options& options) {
  const auto folder = [](std::string name, const std::string& path) {
    return service::Space::Folder{.name = std::move(name), .free = [path] { return base::free_bytes(path); }};
  };
  std::vector<service::Space::Folder> folders;
  folders.push_back(folder("blobs", blobs_path(options)));
  if (options.db.empty()) folders.push_back(folder("data", options.data));
  folders.push_back(folder("archive", archive_path(options)));
  folders.back().archive = true;
  return folders;
}

service::Core core(const NodeSettings& settings, Stores& stores, const auth::Authorizer& authorizer,
                   const base::Clock& clock, crypto::Random& random, service::Space& space,
                   service::FreshUploads* fresh) {
  return {.store = *stores.meta,
          .blobs = *stores.blobs,
          .authorizer = authorizer,
          .clock = clock,
          .random = random,
          .limits = settings.limits,
          .space = &space,
          .fresh = fresh};
}

// For how long what was kept in memory may take to be written.
constexpr auto kFlush = std::chrono::seconds(10);

// A step, and a rest in proportion to what it has done, so that others can write in between.
base::Result<work::Progress> paced_step(service::LifecycleRuns& runs, std::uint64_t images_per_second) {
  const auto before = runs.acted_on();
  BERTH_TRY(const auto done, runs.step());
  return work::Progress(done, std::chrono::milliseconds(1'000 * (runs.acted_on() - before) / images_per_second));
}

// Names that are misspelt would be rates of nothing.
base::Result<service::RateTable> rates_of(const config::Options& options) {
  BERTH_TRY(auto rates, service::read_rates(options.quotas.rates));
  for (const auto& [operation, rate] : rates) {
    if (api::ecr::find_operation(operation) != nullptr) continue;
    return base::fail(base::Errc::invalid_parameter, "quotas.rates: ECR has no operation '" + operation + "'");
  }
  return rates;
}

// Rests for as long as the step took, at least: deletions write all over the disk, and others want it as well.
base::Result<work::Progress> paced_step(service::Collection& collection, std::uint64_t blobs_per_second) {
  const auto begun = std::chrono::steady_clock::now();
  BERTH_TRY(const auto done, collection.step());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  return work::Progress(done, std::max(took, std::chrono::milliseconds(1'000 * done / blobs_per_second)));
}

std::uint64_t seed_of(crypto::Random& random) {
  std::uint64_t seed = 0;
  random.fill(std::as_writable_bytes(std::span(&seed, 1)));
  return seed;
}

service::BlobStores blob_stores(const Stores& stores) { return {.hot = *stores.blobs, .cold = *stores.archive}; }

}  // namespace

base::Result<NodeSettings> node_settings(const config::Options& options) {
  BERTH_TRY(auto account, model::AccountId::parse(options.registry.account));
  BERTH_TRY(auto region, model::Region::parse(options.registry.region));
  BERTH_TRY(auto origins, origins_of(options));
  BERTH_TRY(auto rates, rates_of(options));
  BERTH_TRY(auto fetch_rules, fetch::AddressRules::parse(options.fetch.allow));
  return NodeSettings{.registry = {std::move(account), std::move(region)},
                      .limits = limits_of(options),
                      .rates = std::move(rates),
                      .origins = std::move(origins),
                      .fetch_rules = std::move(fetch_rules)};
}

// What both doors of ECR need.
api::ecr::Deps Node::ecr_deps(const config::Options& options, const NodeSettings& settings, base::Log& log) {
  return {.repositories = repositories_,
          .images = images_,
          .layers = layers_,
          .policies = policies_,
          .lifecycle = lifecycle_,
          .pull_exclusions = pull_exclusions_,
          .templates = templates_,
          .tokens = tokens_,
          .download_urls = download_urls_,
          .clock = clock_,
          .log = log,
          .rates = &rates_,
          .endpoint = {.default_registry = settings.registry,
                       .domains = options.registry.domains,
                       .public_url = options.http.public_url,
                       .public_hosts = options.registry.public_hosts}};
}

Node::Node(const config::Options& options, NodeSettings settings, Stores stores, base::Log& log, base::Log& access_log)
    : request_ids_(seed_of(random_)),
      stores_(std::move(stores)),
      authorizer_(*stores_.meta, clock_, cache_sizes(options.memory.limit)),
      space_(written_folders(options), options.storage.reserve, metrics_, log),
      core_(core(settings, stores_, authorizer_, clock_, random_, space_,
                 options.db.empty() ? &fresh_uploads_ : nullptr)),
      rates_(std::move(settings.rates), clock_, metrics_),
      repositories_(core_),
      repository_removals_(core_, log, metrics_),
      layers_(core_),
      exclusion_cache_(*stores_.meta, clock_),
      pull_exclusions_(core_, exclusion_cache_),
      pulls_(*stores_.meta, clock_, exclusion_cache_, metrics_),
      images_(core_, pulls_),
      policies_(core_),
      public_registries_(core_),
      key_use_(*stores_.meta, clock_),
      fetcher_(std::move(settings.fetch_rules), {.ca_bundle = options.fetch.ca_bundle}),
      oidc_keys_(fetcher_, clock_, log),
      identities_(core_, stores_.keys),
      lifecycle_(core_),
      templates_(core_),
      lifecycle_previews_(core_, log),
      lifecycle_runs_(core_, pulls_, log, metrics_),
      storage_mover_(core_, blob_stores(stores_), metrics_),
      collection_(core_, blob_stores(stores_), metrics_),
      scrubber_(core_, blob_stores(stores_), whole_seconds(options.scrub.period), log, metrics_),
      sessions_(stores_.keys, random_),
      credentials_(*stores_.meta, stores_.keys, sessions_),
      verifier_(credentials_, clock_,
                {.regions = options.registry.regions,
                 .regionless = {"ecr-public", "iam", "organizations"},
                 .services = {},
                 .skew = whole_seconds(options.auth.clock_skew)}),
      tokens_(stores_.keys, random_, whole_seconds(options.auth.token_lifetime)),
      denials_(stores_.keys, random_),
      session_service_({.core = core_, .sessions = sessions_, .denials = denials_, .keys = oidc_keys_}),
      download_urls_(stores_.keys),
      ecr_(ecr_deps(options, settings, log)),
      ecr_public_({.ecr = ecr_deps(options, settings, log), .registries = public_registries_}),
      sts_(session_service_, log),
      iam_(identities_, log),
      organizations_(identities_, log),
      aws_(verifier_, {&ecr_, &ecr_public_, &sts_, &iam_, &organizations_}, log, settings.limits.call, settings.origins,
           &key_use_),
      recall_([this] { return stores_.meta->stamp(); }, recalled_bytes(options.memory.limit), metrics_),
      oci_({.images = images_,
            .layers = layers_,
            .repositories = repositories_,
            .public_registries = public_registries_,
            .tokens = tokens_,
            .download_urls = download_urls_,
            .clock = clock_,
            .log = log,
            .rates = &rates_,
            .recall = &recall_,
            .options = {.default_registry = settings.registry,
                        .domains = options.registry.domains,
                        .regions = options.registry.regions,
                        .public_url = options.http.public_url,
                        .public_hosts = options.registry.public_hosts,
                        .max_manifest = options.registry.max_manifest_bytes,
                        .call = settings.limits.call,
                        .origins = settings.origins,
                        .expired_token_is_forbidden = options.auth.expired_token_is_forbidden}}),
      doors_(oci_, aws_),
      public_(doors_, log, access_log, metrics_, [this] { return crypto::random_uuid(request_ids_); }),
      admin_(
          metrics_,
          [this]() -> base::Result<void> {
            BERTH_CHECK(stores_.meta->read(base::Deadline::after(std::chrono::seconds(5)),
                                           [](meta::Tx& tx) { return tx.accounts().any(); }));
            return {};
          },
          [this] { return std::string(space_.low() ? "space is low, pushes are refused" : ""); }),
      admin_web_(admin_, log, no_access_log_, metrics_, [this] { return crypto::random_uuid(request_ids_); }),
      space_loop_(
          "space", std::chrono::seconds(1),
          [this]() -> base::Result<work::Progress> {
            space_.measure();
            return work::Progress(0);
          },
          log),
      recall_loop_(
          "recall", std::chrono::seconds(1),
          [this]() -> base::Result<work::Progress> {
            recall_.sweep();
            return work::Progress(0);
          },
          log),
      upload_expiry_(
          "upload expiry", std::chrono::minutes(1), [this] { return layers_.expire_uploads(100); }, log),
      upload_sweep_(
          "upload sweep", std::chrono::hours(1), [this] { return layers_.sweep_uploads(); }, log),
      key_use_flush_(
          "key use", std::chrono::seconds(20),
          [this]() -> base::Result<std::size_t> {
            BERTH_CHECK(key_use_.flush(base::Deadline::after(kFlush)));
            return 0;  // what came in meanwhile waits for the next time
          },
          log),
      pull_times_flush_(
          "pull times", std::chrono::seconds(2),
          [this]() -> base::Result<std::size_t> {
            BERTH_CHECK(pulls_.flush(base::Deadline::after(kFlush)));
            return 0;
          },
          log),
      repository_removal_loop_(
          "repository removals", std::chrono::seconds(1),
          [this, rate = options.registry.deletion_rows_per_second]() -> base::Result<work::Progress> {
            BERTH_TRY(const auto rows, repository_removals_.step());
            return work::Progress(rows, std::chrono::milliseconds(1'000 * rows / rate));
          },
          log),
      lifecycle_preview_loop_(
          "lifecycle previews", std::chrono::seconds(1), [this] { return lifecycle_previews_.step(); }, log),
      lifecycle_run_loop_(
          "lifecycle policies", std::chrono::seconds(5),
          [this, rate = options.lifecycle.images_per_second] { return paced_step(lifecycle_runs_, rate); }, log),
      storage_move_loop_(
          "storage classes", std::chrono::seconds(1), [this] { return storage_mover_.step(); }, log),
      collection_loop_(
          "collector", options.gc.pause,
          [this, gc = options.gc]() -> base::Result<work::Progress> {
            return gc.enabled ? paced_step(collection_, gc.blobs_per_second) : work::Progress(0);
          },
          log),
      storage_sweep_loop_(
          "storage sweep", std::chrono::hours(1),
          [this]() -> base::Result<std::size_t> {
            BERTH_CHECK(collection_.sweep());
            return 0;  // the next look has to be later: see sweep()
          },
          log),
      scrub_loop_(
          "scrubber", std::chrono::minutes(1),
          [this, scrub = options.scrub]() -> base::Result<std::size_t> {
            return scrubber_.step([this, rate = scrub.mib_per_second << 20](std::uint64_t bytes) {
              std::this_thread::sleep_for(std::chrono::microseconds(1'000'000 * bytes / rate));
              return !stopping_;
            });
          },
          log) {}

Node::~Node() { stopping_ = true; }

base::Result<void> Node::settle() {
  BERTH_CHECK(layers_.settle(base::Deadline::after(kFlush)));
  BERTH_CHECK(pulls_.flush(base::Deadline::after(kFlush)));
  BERTH_CHECK(key_use_.flush(base::Deadline::after(kFlush)));
  return {};
}

}  // namespace berth::app
