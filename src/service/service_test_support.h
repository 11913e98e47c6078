// A small registry in memory, for the tests of this room and of the doors that stand on it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/test_support.h"
#include "blob/digests.h"
#include "blob/memory_blob_store.h"
#include "meta/store.h"
#include "service/hot_blobs.h"
#include "service/image_service.h"
#include "service/layer_service.h"
#include "service/lifecycle_service.h"
#include "service/policy_service.h"
#include "service/public_registry_service.h"
#include "service/pull_exclusions.h"
#include "service/pull_recorder.h"
#include "service/repository_service.h"
#include "service/template_service.h"
#include "sql/sqlite/database.h"

namespace berth::service {

inline constexpr std::string_view kAccount = "123456789012";

inline model::RegistryRef registry(std::string_view account = kAccount) {
  return {model::AccountId::parse(account).value(), model::Region::parse("us-east-1").value()};
}
inline model::RepositoryRef repository(std::string_view name, std::string_view account = kAccount) {
  return {registry(account), model::RepositoryName::parse(name).value()};
}
inline model::RepositoryRef public_repository(std::string_view name, std::string_view account = kAccount) {
  return {model::RegistryRef::public_of(registry(account).account), model::RepositoryName::parse(name).value()};
}
inline model::Digest digest_of(std::string_view bytes,
                               model::DigestAlgorithm algorithm = model::DigestAlgorithm::sha256) {
  return blob::digest_of(base::as_bytes(bytes), algorithm);
}

using base::ok;
template <class T>
testing::AssertionResult fails(base::Errc code, const base::Result<T>& result) {
  return base::fails_with(code, result);
}

// Who has an account may do all in it, but for what is hidden; nobody may do anything in another's.
class TestAuthorizer final : public auth::Authorizer {
 public:
  base::Result<void> require(const auth::Question& question) const override {
    const bool own = question.caller.account == question.resource.owner;
    if (!deny_all && open.contains(question.resource.arn)) return {};
    if (deny_all || !own || hidden.contains(question.resource.arn)) return auth::DenyAll().require(question);
    return {};
  }
  base::Result<void> require_alive(const auth::Caller&) const override {
    if (!revoked) return {};
    return base::fail(base::Errc::access_denied, "revoked");
  }
  void hide(const model::RepositoryRef& ref) { hidden.insert(auth::Resource::repository(ref).arn); }

  bool deny_all = false;
  bool revoked = false;  // the caller is no more
  std::set<std::string> hidden;
  std::set<std::string> open;  // to everybody, with credentials or without
};

// `text` with each '@' replaced by the next of `values`.
inline std::string fill(std::string_view text, const std::vector<std::string>& values) {
  std::string out;
  auto next = values.begin();
  for (const char c : text) {
    if (c == '@') {
      out += *next++;
    } else {
      out += c;
    }
  }
  return out;
}

inline std::string descriptor(std::string_view media_type, std::string_view bytes) {
  return fill(R"({"mediaType":"@","digest":"@","size":@})",
              {std::string(media_type), digest_of(bytes).text(), std::to_string(bytes.size())});
}
inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";

// An image with one config and one layer, of these bytes.
inline std::string image_manifest(std::string_view config, std::string_view layer, std::string_view extra = "") {
  return fill(R"({"schemaVersion":2,"mediaType":"@","config":@,"layers":[@]@})",
              {std::string(kOciManifest), descriptor("application/vnd.oci.image.config.v1+json", config),
               descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer), std::string(extra)});
}
inline std::string index_manifest(const std::vector<std::string>& children, std::string_view extra = "") {
  std::string list;
  for (const auto& child : children) list += (list.empty() ? "" : ",") + descriptor(kOciManifest, child);
  return fill(R"({"schemaVersion":2,"mediaType":"@","manifests":[@]@})",
              {std::string(kOciIndex), list, std::string(extra)});
}

// The stored bytes of a blob, to be read or damaged, under whatever key; nullptr: there are none.
inline std::shared_ptr<const std::string>* bytes_of(blob::MemoryBlobStore::Contents& contents,
                                                    const model::Digest& digest) {
  const auto found = contents.blobs.lower_bound({.digest = digest, .key = ""});
  return found == contents.blobs.end() || found->first.digest != digest ? nullptr : &found->second;
}

struct World {
  std::unique_ptr<sql::sqlite::SqliteDatabase> db = sql::sqlite::SqliteDatabase::open(sql::sqlite::temporary()).value();
  meta::Store store{*db};
  std::shared_ptr<blob::MemoryBlobStore::Contents> contents = std::make_shared<blob::MemoryBlobStore::Contents>();
  blob::MemoryBlobStore blobs{contents};
  std::shared_ptr<blob::MemoryBlobStore::Contents> cold = std::make_shared<blob::MemoryBlobStore::Contents>();
  blob::MemoryBlobStore archive{cold};
  HotBlobs hot_blobs{store, blobs};
  TestAuthorizer authorizer;
  base::ManualClock clock;
  crypto::SeededRandom random{7};
  Core core{
      .store = store, .blobs = hot_blobs, .authorizer = authorizer, .clock = clock, .random = random, .limits = {}};
  RepositoryService repositories{core};
  LayerService layers{core};
  base::Metrics metrics;
  ExclusionCache exclusion_cache{store, clock};
  PullRecorder pulls{store, clock, exclusion_cache, metrics};
  PullExclusionService pull_exclusions{core, exclusion_cache};
  ImageService images{core, pulls};
  PolicyService policies{core};
  PublicRegistryService public_registries{core};
  LifecycleService lifecycle{core};
  TemplateService templates{core};
  Scope scope{.caller = auth::Caller::root(registry().account, "AKIAEXAMPLE"), .request_id = "r-1", .deadline = {}};
  model::RepositoryRef app = repository("team/app");

  World() {
    EXPECT_TRUE(ok(store.migrate()));
    make(app);
  }
  model::Repository make(const model::RepositoryRef& ref, model::TagMutability mutability = {}) {
    auto made = repositories.create({.caller = auth::Caller::root(ref.registry.account, "AKIA"), .request_id = "r"},
                                    {.repository = ref, .mutability = std::move(mutability)});
    EXPECT_TRUE(ok(made));
    return *std::move(made);
  }
  model::Digest push_layer(const model::RepositoryRef& ref, std::string_view bytes,
                           model::DigestAlgorithm algorithm = model::DigestAlgorithm::sha256) {
    const auto digest = digest_of(bytes, algorithm);
    auto writer = layers.upload_at_once(scope, ref, algorithm);
    EXPECT_TRUE(ok(writer));
    EXPECT_TRUE(ok((*writer)->write(base::as_bytes(bytes))));
    EXPECT_TRUE(ok((*writer)->complete(digest)));
    return digest;
  }
  base::Result<PutImageResult> put(const model::RepositoryRef& ref, std::string manifest,
                                   const std::vector<std::string>& tags = {}) {
    PutImage command{.repository = ref, .manifest = std::move(manifest), .media_type = {}, .tags = {}, .expected = {}};
    for (const auto& tag : tags) command.tags.push_back(model::Tag::parse(tag).value());
    return images.put(scope, command);
  }
  // An image of its own for each `name`; its manifest.
  std::string push_image(const model::RepositoryRef& ref, const std::string& name,
                         const std::vector<std::string>& tags = {}, std::string_view extra = "") {
    push_layer(ref, "config " + name);
    push_layer(ref, "layer " + name);
    auto manifest = image_manifest("config " + name, "layer " + name, extra);
    EXPECT_TRUE(ok(put(ref, manifest, tags)));
    return manifest;
  }
  std::string read(const OpenLayer& open) {
    std::string text(static_cast<std::size_t>(open.layer.size), '\0');
    std::size_t at = 0;
    for (;;) {
      const auto n = open.reader->read(std::as_writable_bytes(std::span(text)).subspan(at));
      EXPECT_TRUE(ok(n));
      if (!n || *n == 0) return text.substr(0, at);
      at += *n;
    }
  }
  static blob::ByteRange whole(std::uint64_t size) { return {.first = 0, .length = size}; }
};

}  // namespace berth::service
