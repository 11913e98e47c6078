#include "app/limits.h"

namespace berth::app {

service::Limits limits_of(const config::Options& options) {
  return {.max_layer = options.uploads.max_layer_bytes,
          .max_parts = static_cast<std::int64_t>(options.quotas.layer_parts),
          .max_tags_per_image = options.quotas.tags_per_image,
          .images_per_repository = options.quotas.images_per_repository,
          .repositories_per_registry = options.quotas.repositories_per_registry,
          .blob_in_metadata = options.blobs.in_metadata,
          .upload_expiry = whole_seconds(options.uploads.expiry),
          .lease = whole_seconds(options.uploads.lease),
          .trash = whole_seconds(options.gc.trash),
          .lifecycle_interval = whole_seconds(options.lifecycle.interval),
          .lifecycle_settle = whole_seconds(options.lifecycle.settle),
          .call = options.http.request_timeout,
          .create_on_push = options.registry.create_on_push,
          .sparse_manifests = options.registry.sparse_manifests};
}

}  // namespace berth::app
