// The trash: images that were deleted, by whatever, and can be brought back until their time is over (gc.trash; off by
// default). An extension: ECR has no such thing, and its doors do not show what lies here.
#pragma once

#include <string>
#include <vector>

#include "meta/deleted_images.h"
#include "service/core.h"
#include "service/image_service.h"

namespace berth::service {

// In the transaction that deletes the image, before it does: keeps it, if there is a trash. Until when its layers have
// to stay, which without a trash is a lease from now.
base::Result<meta::Lease> keep_deleted(meta::Tx& tx, const Core& core, const std::string& repository,
                                       const model::Digest& digest);

struct TrashPage {
  std::string after;  // digests after this one
  std::size_t limit = 0;
};

struct Undeleted {
  model::Image image;
  std::vector<std::string> left_out;  // tags that mean another image by now, and stay where they are
};

// Stateless; safe from any thread; references outlive it. Every method: access_denied, repository_not_found,
// deadline_exceeded, unavailable.
class Trash {
 public:
  Trash(const Core& core, ImageService& images) : core_(core), images_(images) {}
  // Of a repository, ascending by digest; without manifests.
  base::Result<std::vector<meta::DeletedImage>> list(const Scope& scope, const model::RepositoryRef& ref,
                                                     const TrashPage& page);
  // Puts the image again, as a push would (PutImage: quotas, members of a list come first), with those of its tags
  // that nothing else has taken meanwhile. image_not_found: it is not in the trash.
  base::Result<Undeleted> undelete(const Scope& scope, const model::RepositoryRef& ref, const model::Digest& digest);

 private:
  const Core& core_;
  ImageService& images_;
};

}  // namespace berth::service
