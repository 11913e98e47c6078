#include "service/image_removal.h"

#include "service/trash.h"

namespace berth::service {

std::string referenced_by(const std::vector<model::Digest>& parents) {
  if (parents.empty()) return {};
  std::string text = "Requested image referenced by manifest list: [";
  for (std::size_t i = 0; i < parents.size(); ++i) text += (i == 0 ? "" : ", ") + parents[i].text();
  return text + "]";
}

base::Result<Removal> remove_image(meta::Tx& tx, const Core& core, const std::string& repository,
                                   const model::Digest& digest) {
  BERTH_TRY(const auto parents, tx.images().parents(repository, digest, kParentsShown));
  auto reason = referenced_by(parents);
  if (!reason.empty()) return Removal{.outcome = Removal::Outcome::referenced, .reason = std::move(reason)};
  BERTH_TRY(const auto lease, keep_deleted(tx, core, repository, digest));
  BERTH_TRY(const bool removed, tx.images().remove(repository, digest, lease));
  return Removal{.outcome = removed ? Removal::Outcome::removed : Removal::Outcome::absent, .reason = {}};
}

base::Result<void> images_changed(meta::Tx& tx, const Core& core, const std::string& repository) {
  return tx.lifecycle_policies().hasten(repository, core.clock.now() + core.limits.lifecycle_settle);
}

}  // namespace berth::service
