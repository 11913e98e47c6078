#include "backup/hold.h"

namespace berth::backup {

base::Result<void> Hold::renew() {
  const auto until = clock_.now() + kLasts;
  return store_.write({}, [&](meta::Tx& tx) { return tx.backup_holds().put(id_, until); });
}

base::Result<void> Hold::take(const std::string& id) {
  id_ = id;
  BERTH_CHECK(renew());
  renewal_ = std::make_unique<work::Loop>(
      "backup hold", kRenewed,
      [this]() -> base::Result<work::Progress> {
        BERTH_CHECK(renew());
        return 0;
      },
      log_);
  return {};
}

base::Result<void> Hold::release() {
  renewal_.reset();
  if (id_.empty()) return {};
  BERTH_CHECK(store_.write({}, [&](meta::Tx& tx) { return tx.backup_holds().remove(id_); }));
  id_.clear();
  return {};
}

Hold::~Hold() {
  if (!release()) renewal_.reset();  // it runs out
}

}  // namespace berth::backup
