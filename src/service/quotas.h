// ECR's quotas on how much there is ("Amazon ECR service quotas"). Private to service.
//
// Asked after the row was written, in its transaction: a failure takes it back. Deleting asks no quota, so what is over
// one can always be made less.
#pragma once

#include "meta/store.h"
#include "model/digest.h"
#include "model/repository.h"
#include "service/core.h"

namespace berth::service {

// Each: limit_exceeded, in ECR's words.
base::Result<void> check_image_quota(meta::Tx& tx, const Limits& limits, const model::Repository& repository);
base::Result<void> check_repository_quota(meta::Tx& tx, const Limits& limits, const model::RegistryRef& registry);
base::Result<void> check_tag_quota(meta::Tx& tx, const Limits& limits, const model::Repository& repository,
                                   const model::Digest& image);

}  // namespace berth::service
