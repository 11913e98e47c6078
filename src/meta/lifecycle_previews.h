// Previews of lifecycle policies: at most one for a repository, made in the background and kept for a while.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "meta/images.h"
#include "sql/database.h"

namespace berth::meta {

enum class PreviewStatus : std::uint8_t { in_progress, complete, expired, failed };

struct PreviewRow {
  std::string id;  // of this preview, so that one that was begun again is told from it
  std::string text;
  PreviewStatus status = PreviewStatus::in_progress;
  std::int64_t expiring = 0;
  std::int64_t archiving = 0;
};

struct PreviewEntry {
  std::int64_t position = 0;  // from 0
  std::string digest;
  std::vector<std::string> tags;
  base::Timestamp pushed;
  std::int64_t priority = 0;
  bool archives = false;  // else it expires
  bool archived = false;  // its storage class now
};

// One maker's hold on a preview. `claim` tells it from a maker that took the same preview on before, or after.
struct PreviewClaim {
  std::string repository, id, text, claim;
};

class LifecyclePreviews {
 public:
  explicit LifecyclePreviews(sql::Tx& tx) : tx_(tx) {}
  // false: one is in progress. Replaces one that has ended; its entries go when the new one is claimed.
  base::Result<bool> start(const std::string& repository, const std::string& id, const std::string& text,
                           base::Timestamp now);
  base::Result<std::optional<PreviewRow>> find(const std::string& repository);
  base::Result<bool> any_due(base::Timestamp now);  // to be made, or to expire
  // One to be made: new, or taken on before and given up. `claim`: unique.
  base::Result<std::optional<PreviewClaim>> claim(base::Timestamp now, base::Timestamp until, const std::string& claim);
  // Keeps a claim until `until`. false: it does not hold any more, and its maker writes nothing.
  base::Result<bool> extend(const PreviewClaim& claim, base::Timestamp until);
  // Entries of earlier previews of the repository; how many went. At most `limit`.
  base::Result<std::int64_t> clear(const std::string& repository, std::int64_t limit);
  base::Result<void> add(const std::string& repository, const std::vector<PreviewEntry>& entries);
  // false: the claim does not hold any more.
  base::Result<bool> finish(const PreviewClaim& claim, const PreviewRow& outcome, base::Timestamp expires);
  // Marks one preview that is past its time; its repository, whose entries are to be cleared.
  base::Result<std::optional<std::string>> expire(base::Timestamp now);

  // Entries from `position` on.
  base::Result<std::vector<PreviewEntry>> entries(const std::string& repository, TagStatus status,
                                                  std::int64_t position, std::size_t limit);
  base::Result<std::optional<PreviewEntry>> entry(const std::string& repository, const std::string& digest);

 private:
  sql::Tx& tx_;
};

}  // namespace berth::meta
