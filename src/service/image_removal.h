// How an image goes, and what has to know that images have changed. Private to service.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "meta/store.h"
#include "model/digest.h"
#include "service/core.h"

namespace berth::service {

// How many lists an answer names.
inline constexpr std::size_t kParentsShown = 10;
// ECR's sentence that says which lists hold an image; empty if none does.
std::string referenced_by(const std::vector<model::Digest>& parents);

struct Removal {
  enum class Outcome : std::uint8_t { removed, absent, referenced };
  Outcome outcome = Outcome::removed;
  std::string reason;  // referenced: ECR's sentence, with the lists that hold it
};

// The one way: BatchDeleteImage, DELETE of the OCI door and lifecycle policies. Takes its tags and edges along; not its
// members, its referrers, or bytes: those the collector takes once their lease is over.
base::Result<Removal> remove_image(meta::Tx& tx, const Core& core, const std::string& repository,
                                   const model::Digest& digest);

// In the transaction that puts, tags, untags or removes images: brings the repository's lifecycle policy forward.
base::Result<void> images_changed(meta::Tx& tx, const Core& core, const std::string& repository);

}  // namespace berth::service
