// The half of fsck that compares rows with each other.
#include <algorithm>

#include "blob/digests.h"
#include "model/manifest.h"
#include "service/fsck_run.h"

namespace berth::service {
namespace {

constexpr std::size_t kPage = 50;  // manifests have up to 4 MiB
constexpr std::size_t kRepositories = 500;
constexpr std::size_t kForgotten = 500;

std::string list_of(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& each : all) text += (text.empty() ? "" : ", ") + each;
  return text;
}

struct Edges {
  std::vector<meta::BlobEdge> blobs;
  std::vector<model::Digest> children;
};

Edges edges_of(const model::Manifest& manifest) {
  Edges edges;
  for (const auto* blob : manifest.required_blobs()) {
    edges.blobs.push_back({.digest = blob->digest, .media_type = blob->media_type, .size = blob->size});
  }
  for (const auto& child : manifest.children) edges.children.push_back(child.digest);
  return edges;
}

std::vector<std::string> sorted(std::vector<std::string> digests) {
  std::ranges::sort(digests);
  const auto twice = std::ranges::unique(digests);
  digests.erase(twice.begin(), twice.end());
  return digests;
}

std::vector<std::string> digests_of(const std::vector<meta::BlobEdge>& edges) {
  std::vector<std::string> digests;
  for (const auto& edge : edges) digests.push_back(edge.digest.text());
  return sorted(std::move(digests));
}
std::vector<std::string> digests_of(const std::vector<model::Digest>& edges) {
  std::vector<std::string> digests;
  for (const auto& edge : edges) digests.push_back(edge.text());
  return sorted(std::move(digests));
}

}  // namespace

base::Result<bool> FsckRun::check_images() {
  std::string repository, digest;
  for (;;) {
    BERTH_TRY(const auto page,
              core_.store.read({}, [&](meta::Tx& tx) { return tx.consistency().images(repository, digest, kPage); }));
    for (const auto& image : page) BERTH_CHECK(check_image(image));
    if (!progress_(report_)) return false;
    if (page.size() < kPage) break;
    repository = page.back().repository;
    digest = page.back().digest;
  }
  BERTH_TRY(const bool counted, check_counts());
  if (!counted) return false;
  BERTH_CHECK(check_forgotten());
  return true;
}

base::Result<void> FsckRun::check_image(const meta::ImageRows& image) {
  ++report_.images;
  const std::string where = " (repository " + image.repository + ")";
  const auto digest = model::Digest::parse(image.digest);
  if (!digest || blob::digest_of(base::as_bytes(image.bytes), digest->algorithm()) != *digest) {
    add(image.digest, Damage::wrong_image, "the bytes of the manifest hash to something else" + where, false);
    return {};
  }
  const auto manifest = model::Manifest::parse(image.bytes, image.media_type);
  if (!manifest) {
    add(image.digest, Damage::wrong_image, "the manifest cannot be read: " + manifest.error().message + where, false);
    return {};
  }
  const auto edges = edges_of(*manifest);
  if (digests_of(edges.blobs) != image.blobs || digests_of(edges.children) != image.children ||
      !image.unlinked.empty()) {
    BERTH_TRY(const bool repaired, repair([&](meta::Tx& tx) {
                return tx.consistency().set_edges(image.repository, *digest, edges.blobs, edges.children,
                                                  core_.clock.now());
              }));
    add(image.digest, Damage::wrong_image, "rows do not hold the layers and members that the manifest names" + where,
        repaired);
  }
  const auto subject = manifest->subject ? std::optional(manifest->subject->digest.text()) : std::nullopt;
  if (subject != image.subject || image.manifest_size != image.bytes.size()) {
    add(image.digest, Damage::wrong_image, "its row has another subject or size than the manifest" + where, false);
  }
  if (!options_.sparse && !image.unknown.empty()) {
    add(image.digest, Damage::missing_layer, "no bytes are known of " + list_of(image.unknown) + where, false);
  }
  return {};
}

base::Result<bool> FsckRun::check_counts() {
  for (std::string after;;) {
    BERTH_TRY(const auto page,
              core_.store.read({}, [&](meta::Tx& tx) { return tx.consistency().repositories(after, kRepositories); }));
    for (const auto& id : page) {
      BERTH_TRY(const auto wrong, core_.store.read({}, [&](meta::Tx& tx) { return tx.consistency().wrong_count(id); }));
      if (!wrong) continue;
      BERTH_TRY(const bool repaired, repair([&](meta::Tx& tx) { return tx.consistency().recount(id); }));
      add(id, Damage::wrong_count,
          "images counted as " + std::to_string(wrong->kept) + ", there are " + std::to_string(wrong->actual),
          repaired);
    }
    if (!progress_(report_)) return false;
    if (page.size() < kRepositories) return true;
    after = page.back();
  }
}

base::Result<void> FsckRun::check_forgotten() {
  BERTH_TRY(const auto found,
            core_.store.read({}, [](meta::Tx& tx) { return tx.consistency().forgotten(kForgotten); }));
  for (const auto& digest : found) {
    BERTH_TRY(const bool repaired,
              repair([&](meta::Tx& tx) { return tx.blobs().renew(digest, {core_.clock.now(), core_.clock.now()}); }));
    add(digest.text(), Damage::forgotten, "no image holds it, and the collector would not look at it", repaired);
  }
  return {};
}

}  // namespace berth::service
