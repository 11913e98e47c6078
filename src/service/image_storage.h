// How images go to the archive and come back: UpdateImageStorageClass, a push, and lifecycle policies. Private to
// service.
//
// Source: ecr.md 9.4. A list goes before its members, and comes back with them: an active list has no archived member.
// A referrer has its subject's storage class, if that is here: storage_mover.h sees to it.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "meta/store.h"
#include "model/digest.h"
#include "model/image.h"
#include "model/repository.h"

namespace berth::service {

struct Archival {
  enum class Outcome : std::uint8_t { archived, unchanged, absent, held_by_list, held_by_subject };
  Outcome outcome = Outcome::archived;
  std::string reason;  // held: a sentence with what holds it
};

base::Result<Archival> archive_image(meta::Tx& tx, const std::string& repository, const model::Digest& digest,
                                     base::Timestamp now);

// With the archived members of a list. To `active` if all bytes are hot, else to `activating`.
base::Result<void> restore_image(meta::Tx& tx, const std::string& repository, const model::Digest& digest,
                                 base::Timestamp now);

// Why an image that is not active is not handed out, and what to do.
std::string not_active(const model::RepositoryRef& ref, const model::Image& image);

}  // namespace berth::service
