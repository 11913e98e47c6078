// When and where access keys were last used (GetAccessKeyLastUsed), without a write for each call.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "auth/caller.h"
#include "base/clock.h"
#include "base/deadline.h"
#include "base/error.h"
#include "meta/store.h"
#include "model/identity.h"

namespace berth::service {

// Uses are kept in memory until the next flush(), which a loop calls; what a crash loses is a minute's worth of them.
// Safe from any thread; `store` and `clock` outlive it. Memory is bounded: of more keys than kMaxKeys within one flush
// the later ones are not noted.
class KeyUse {
 public:
  static constexpr std::size_t kMaxKeys = 10'000;

  KeyUse(meta::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // A call that was signed with a user's own key; those of temporary credentials are not told. Does not block on
  // metadata.
  void note(const auth::Caller& caller, std::string_view service, std::string_view region);
  // Writes the uses noted since the last time, and says how many. What could not be written is noted again.
  base::Result<std::size_t> flush(const base::Deadline& deadline);

 private:
  meta::Store& store_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, model::LastUse, std::less<>> uses_;  // by key
};

}  // namespace berth::service
