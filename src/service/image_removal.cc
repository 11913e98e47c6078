#include "service/image_removal.h"

namespace berth::service {
namespace {

// How many lists an answer names.
constexpr std::size_t kParentsShown = 10;

// Empty if nothing holds the image; else the sentence that says what does.
base::Result<std::string> referenced_by(meta::Tx& tx, const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(const auto parents, tx.images().parents(repository, digest, kParentsShown));
  if (parents.empty()) return std::string();
  std::string text = "Requested image referenced by manifest list: [";
  for (std::size_t i = 0; i < parents.size(); ++i) text += (i == 0 ? "" : ", ") + parents[i].text();
  return text + "]";
}

}  // namespace

base::Result<Removal> remove_image(meta::Tx& tx, const std::string& repository, const model::Digest& digest) {
  BERTH_TRY(auto reason, referenced_by(tx, repository, digest));
  if (!reason.empty()) return Removal{.outcome = Removal::Outcome::referenced, .reason = std::move(reason)};
  BERTH_TRY(const bool removed, tx.images().remove(repository, digest));
  return Removal{.outcome = removed ? Removal::Outcome::removed : Removal::Outcome::absent, .reason = {}};
}

base::Result<void> images_changed(meta::Tx& tx, const Core& core, const std::string& repository) {
  return tx.lifecycle_policies().hasten(repository, core.clock.now() + core.limits.lifecycle_settle);
}

}  // namespace berth::service
