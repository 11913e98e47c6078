// A registry on disk with nobody to ask for permission, filled without the way through the doors.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "blob/local/local_blob_store.h"
#include "crypto/hash.h"
#include "service/image_service.h"
#include "service/layer_service.h"
#include "service/lifecycle_service.h"
#include "service/pull_recorder.h"
#include "service/repository_service.h"
#include "sql/sqlite/database.h"

namespace berth::bench {

using Clock = std::chrono::steady_clock;

// What has to be there for the bench to mean anything.
template <class T>
T must(base::Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(2);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

class AllowAll final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question&) const override { return {}; }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
};

inline model::Digest digest_of(std::string_view bytes) {
  return model::Digest::from_raw(model::DigestAlgorithm::sha256, crypto::sha256(base::as_bytes(bytes)));
}

// Microseconds of many calls.
struct Times {
  std::vector<double> all;

  void add(Clock::time_point begun) {
    all.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
  }
  void add(const Times& other) { all.insert(all.end(), other.all.begin(), other.all.end()); }
  double at(double part) {
    if (all.empty()) return 0;
    std::ranges::sort(all);
    return all[std::min(all.size() - 1, static_cast<std::size_t>(part * static_cast<double>(all.size())))];
  }
};

struct Registry {
  explicit Registry(const std::string& folder)
      : database(must(sql::sqlite::SqliteDatabase::open({.path = folder + "/berth.db", .readers = 20}))),
        blobs(must(blob::local::LocalBlobStore::open(folder + "/blobs"))) {
    must(store.migrate());
  }

  model::RepositoryRef name(std::string_view text) const {
    return {registry, must(model::RepositoryName::parse(text))};
  }
  std::string make(std::string_view text) {
    return must(repositories.create(scope, {.repository = name(text), .mutability = {}})).id;
  }

  // `count` images that share one layer, pushed a second apart and the last at `newest`, with `tags` tags each:
  // t<image>-<tag>.
  void fill(const std::string& repository, std::size_t count, std::size_t tags, base::Timestamp newest) {
    const auto layer = digest_of("layer");
    const std::string padding(900, 'x');  // a manifest of usual size
    constexpr std::size_t kBatch = 1'000;
    for (std::size_t begin = 0; begin < count; begin += kBatch) {
      must(store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
        BERTH_CHECK(tx.blobs().put(layer, "", 5, newest, newest));
        BERTH_CHECK(tx.layers().link(repository, layer, newest));
        for (std::size_t i = begin; i < std::min(count, begin + kBatch); ++i) {
          const auto config = digest_of("config " + std::to_string(i));
          const auto digest = digest_of(repository + std::to_string(i));
          BERTH_CHECK(tx.blobs().put(config, "", 5, newest, newest));
          BERTH_CHECK(tx.layers().link(repository, config, newest));
          BERTH_CHECK(
              tx.images().put(repository, {.image = {.digest = digest,
                                                     .media_type = "application/vnd.oci.image.manifest.v1+json",
                                                     .manifest_size = padding.size(),
                                                     .image_size = 10,
                                                     .pushed = newest - std::chrono::seconds(count - i)},
                                           .bytes = padding,
                                           .blobs = {{.digest = config, .media_type = "application/config", .size = 5},
                                                     {.digest = layer, .media_type = "application/layer", .size = 5}},
                                           .children = {}}));
          for (std::size_t t = 0; t < tags; ++t) {
            BERTH_CHECK(
                tx.images().put_tag(repository, "t" + std::to_string(i) + "-" + std::to_string(t), digest, newest));
          }
        }
        return {};
      }));
    }
  }

  void push_layer(const model::RepositoryRef& ref, std::string_view bytes) {
    const auto writer = must(layers.upload_at_once(scope, ref, model::DigestAlgorithm::sha256));
    must(writer->write(base::as_bytes(bytes)));
    must(writer->complete(digest_of(bytes)));
  }
  // An image of these bytes, as a client pushes it.
  void push_image(const model::RepositoryRef& ref, const std::string& bytes, const std::string& tag) {
    push_layer(ref, bytes);
    const auto entry = R"({"mediaType":"application/octet-stream","digest":")" + digest_of(bytes).text() +
                       R"(","size":)" + std::to_string(bytes.size()) + "}";
    must(
        images.put(scope, {.repository = ref,
                           .manifest = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
                                       R"("config":)" +
                                       entry + R"(,"layers":[)" + entry + "]}",
                           .media_type = {},
                           .tags = {must(model::Tag::parse(tag))}}));
  }

  model::RegistryRef registry{must(model::AccountId::parse("123456789012")), must(model::Region::parse("us-east-1"))};
  std::unique_ptr<sql::Database> database;
  meta::Store store{*database};
  std::unique_ptr<blob::BlobStore> blobs;
  AllowAll authorizer;
  base::SystemClock clock;
  crypto::SystemRandom random;
  service::Core core{
      .store = store, .blobs = *blobs, .authorizer = authorizer, .clock = clock, .random = random, .limits = {}};
  service::RepositoryService repositories{core};
  service::LayerService layers{core};
  base::Metrics metrics;
  service::ExclusionCache exclusions{store, clock};
  service::PullRecorder pulls{store, clock, exclusions, metrics};
  service::ImageService images{core, pulls};
  service::LifecycleService lifecycle{core};
  service::Scope scope{.caller = auth::Caller::root(registry.account, "AKIA"), .request_id = "bench", .deadline = {}};
};

}  // namespace berth::bench
