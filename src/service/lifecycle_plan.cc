#include "service/lifecycle_plan.h"

#include <algorithm>
#include <optional>

namespace berth::service {
namespace {

namespace lifecycle = engine::lifecycle;

constexpr std::size_t kPage = 5'000;

// The images are in the order of their digests.
lifecycle::ImageIndex index_of(const lifecycle::Repository& repository, std::string_view digest) {
  const auto& images = repository.images;
  const auto found = std::ranges::lower_bound(
      images, digest, {}, [](const lifecycle::Image& image) { return std::string_view(image.digest.text()); });
  if (found == images.end() || found->digest.text() != digest) return lifecycle::kNoImage;
  return static_cast<lifecycle::ImageIndex>(found - images.begin());
}

base::Result<void> read_images(meta::Tx& tx, const std::string& repository, lifecycle::Repository& out) {
  std::vector<std::optional<model::Digest>> subjects;
  BERTH_TRY(const auto recorded_since, tx.pull_times().recorded_since());
  for (std::string after;;) {
    BERTH_TRY(auto page, tx.image_outlines().images(repository, after, kPage));
    if (page.empty()) break;
    after = page.back().digest.text();
    for (auto& image : page) {
      auto pulled = image.pulled;
      if (!pulled && image.pushed < recorded_since) pulled = recorded_since;
      const bool archived = image.status == model::ImageStatus::archived;
      out.images.push_back(
          {.digest = std::move(image.digest),
           .tags = {},
           .pushed = image.pushed,
           .pulled = pulled,
           .activated = image.activated,
           .archived = image.archived,
           .storage = archived ? lifecycle::StorageClass::archive : lifecycle::StorageClass::standard});
      subjects.push_back(std::move(image.subject));
    }
  }
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (subjects[i]) out.images[i].subject = index_of(out, subjects[i]->text());
  }
  return {};
}

base::Result<void> read_tags(meta::Tx& tx, const std::string& repository, lifecycle::Repository& out) {
  for (std::string after;;) {
    BERTH_TRY(auto page, tx.image_outlines().tags(repository, after, kPage));
    if (page.empty()) return {};
    after = page.back().tag;
    for (auto& [tag, digest] : page) {
      if (const auto image = index_of(out, digest); image != lifecycle::kNoImage) {
        out.images[image].tags.push_back(std::move(tag));
      }
    }
  }
}

base::Result<void> read_members(meta::Tx& tx, const std::string& repository, lifecycle::Repository& out) {
  for (meta::ListMember after;;) {
    BERTH_TRY(auto page, tx.image_outlines().members(repository, after, kPage));
    if (page.empty()) return {};
    for (const auto& [list, member] : page) {
      const auto from = index_of(out, list);
      const auto to = index_of(out, member);
      if (from != lifecycle::kNoImage && to != lifecycle::kNoImage) {
        out.memberships.push_back({.list = from, .member = to});
      }
    }
    after = std::move(page.back());
  }
}

bool about_pulls(const lifecycle::Rule& rule) { return rule.count_type == lifecycle::CountType::since_image_pulled; }

}  // namespace

base::Result<lifecycle::Repository> lifecycle_images(meta::Tx& tx, const std::string& repository) {
  lifecycle::Repository out;
  BERTH_CHECK(read_images(tx, repository, out));
  BERTH_CHECK(read_tags(tx, repository, out));
  BERTH_CHECK(read_members(tx, repository, out));
  return out;
}

bool asks_for_pulls(const lifecycle::Policy& policy) {
  return policy.keep_pulled_days || std::ranges::any_of(policy.rules, about_pulls);
}

bool asks_for_pulls(const lifecycle::Policy& policy, const lifecycle::Decision& decision) {
  return policy.keep_pulled_days ||
         (decision.rule != lifecycle::kNoRule && about_pulls(policy.rules[static_cast<std::size_t>(decision.rule)]));
}

base::Result<LifecyclePlan> plan_lifecycle(meta::Store& store, const base::Deadline& deadline,
                                           const std::string& repository, lifecycle::Policy policy,
                                           base::Timestamp now) {
  BERTH_TRY(auto images, store.read(deadline, [&](meta::Tx& tx) { return lifecycle_images(tx, repository); }));
  auto plan = lifecycle::make_plan(images, policy, now);
  return LifecyclePlan{.images = std::move(images), .policy = std::move(policy), .plan = std::move(plan)};
}

}  // namespace berth::service
