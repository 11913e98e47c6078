// Makes the previews that clients have asked for, and lets old ones go.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/log.h"
#include "meta/lifecycle_previews.h"
#include "service/core.h"

namespace berth::service {

// For one thread; several processes on one store share the work. References outlive it.
class LifecyclePreviewMaker {
 public:
  LifecyclePreviewMaker(const Core& core, base::Log& log) : core_(core), log_(log) {}

  // Makes or expires one preview; 0: there is none to. One whose maker died is made again after ten minutes.
  base::Result<std::size_t> step();

 private:
  using Part = std::function<base::Result<void>(meta::Tx& tx)>;

  base::Result<void> make(const meta::PreviewClaim& claim);
  // false, and nothing is written: somebody else has taken the preview on.
  base::Result<bool> write_part(const meta::PreviewClaim& claim, const Part& part);
  base::Result<void> clear(const std::string& repository);

  const Core& core_;
  base::Log& log_;
};

}  // namespace berth::service
