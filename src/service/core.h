// What every service is built on.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "auth/authorizer.h"
#include "base/clock.h"
#include "blob/blob_store.h"
#include "crypto/random.h"
#include "meta/store.h"
#include "model/repository.h"
#include "service/scope.h"

namespace berth::service {

class FreshUploads;
class Space;

// Limits that a deployment may set. Sizes in bytes.
struct Limits {
  std::uint64_t max_layer = 52'000ULL << 20;         // ECR quota: layer size
  std::uint64_t min_part = 5ULL << 20;               // of all parts but the last
  std::int64_t max_parts = 4'200;                    // ECR quota: parts of a layer
  std::uint64_t max_public_layer = 10'000ULL << 20;  // ECR Public's quotas of the same
  std::int64_t max_public_parts = 1'000;
  std::size_t max_tags_per_image = 1'000;                            // ECR quota
  std::size_t images_per_repository = 0;                             // ECR quota; 0: as many as there is room for
  std::size_t repositories_per_registry = 0;                         // likewise
  std::size_t blob_in_metadata = 0;                                  // at most; 0: all are in the store
  std::chrono::seconds upload_expiry = std::chrono::days(7);         // after the last byte
  std::chrono::seconds lease = std::chrono::hours(24);               // of a blob that no image holds yet
  std::chrono::seconds trash = std::chrono::seconds(0);              // how long deleted images can be brought back
  std::chrono::seconds lifecycle_interval = std::chrono::hours(24);  // between evaluations of a policy
  std::chrono::seconds lifecycle_settle = std::chrono::minutes(1);   // from a change to an evaluation
  std::chrono::milliseconds call = std::chrono::seconds(30);         // how long one call may work on metadata
  bool create_on_push = false;    // a push makes its repository even without a creation template
  bool sparse_manifests = false;  // accept manifests whose layers or children are absent

  std::uint64_t max_layer_of(const model::RegistryRef& registry) const {
    return registry.is_public() ? std::min(max_layer, max_public_layer) : max_layer;
  }
  std::int64_t max_parts_of(const model::RegistryRef& registry) const {
    return registry.is_public() ? std::min(max_parts, max_public_parts) : max_parts;
  }
};

// References outlive every service. Immutable; safe from any thread.
struct Core {
  meta::Store& store;
  blob::BlobStore& blobs;
  const auth::Authorizer& authorizer;
  const base::Clock& clock;
  crypto::Random& random;
  Limits limits;
  Space* space = nullptr;         // none: nothing is refused for want of space before the disk is full
  FreshUploads* fresh = nullptr;  // none: an upload is a row from its beginning on

  // The first line of every service method. What ECR calls an action has ECR Public's name in a public registry, where
  // nothing is asked for a pull. Who may do what takes room is told storage_full while space is low.
  // `context`: the condition keys that only this call can tell. Never inside a transaction.
  base::Result<void> require(const Scope& scope, auth::Action action, const model::RepositoryRef& repository,
                             policy::Context context = {}) const;
  base::Result<void> require(const Scope& scope, auth::Action action, const model::RegistryRef& registry,
                             policy::Context context = {}) const;
  base::Result<void> require(const Scope& scope, auth::Action action, const auth::Resource& resource,
                             policy::Context context = {}) const;
  base::Result<void> require(const Scope& scope, std::string_view action, const auth::Resource& resource,
                             policy::Context context = {}) const;

  std::string new_ulid() const;
  meta::Lease lease() const;  // from now on
};

std::unexpected<base::Error> repository_exists(const model::RepositoryRef& ref);  // in ECR's words
// The row, or repository_not_found in ECR's words.
base::Result<model::Repository> find_repository(meta::Tx& tx, const model::RepositoryRef& ref);

}  // namespace berth::service
