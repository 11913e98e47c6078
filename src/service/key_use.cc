#include "service/key_use.h"

#include <utility>

namespace berth::service {

void KeyUse::note(const auth::Caller& caller, std::string_view service, std::string_view region) {
  if (caller.session || caller.access_key_id.empty()) return;
  model::LastUse use{.time = clock_.now(), .service = std::string(service), .region = std::string(region)};
  const std::lock_guard lock(mutex_);
  if (uses_.size() >= kMaxKeys && !uses_.contains(caller.access_key_id)) return;
  uses_.insert_or_assign(caller.access_key_id, std::move(use));
}

base::Result<std::size_t> KeyUse::flush(const base::Deadline& deadline) {
  std::map<std::string, model::LastUse, std::less<>> uses;
  {
    const std::lock_guard lock(mutex_);
    uses.swap(uses_);
  }
  if (uses.empty()) return std::size_t{0};
  auto written = store_.write(deadline, [&](meta::Tx& tx) -> base::Result<void> {
    for (const auto& [key, use] : uses) BERTH_CHECK(tx.access_keys().mark_used(key, use));
    return {};
  });
  if (written) return uses.size();
  const std::lock_guard lock(mutex_);
  uses_.merge(uses);  // a later use stays
  return base::propagate(written);
}

}  // namespace berth::service
