// Uploads that nothing was sent to yet, as long as one process serves a database: what a push begins with is then no
// write. The first bytes that are kept make the row, or the last make a layer without one.
//
// A crash loses these uploads, and nothing with them; a process that stops writes them down (LayerService::settle).
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "meta/uploads.h"

namespace berth::service {

// Safe from any thread. An upload leaves only after its row is committed, or for good; so whoever looks here first and
// for the row afterwards sees each. Memory is bounded: of more than kMost the later ones are rows at once.
class FreshUploads {
 public:
  static constexpr std::size_t kMost = 10'000;

  bool add(const meta::Upload& upload);  // false: there are too many
  std::optional<meta::Upload> find(const std::string& id) const;
  bool contains(const std::string& id) const { return find(id).has_value(); }
  bool erase(const std::string& id);  // false: was absent
  std::size_t expire(base::Timestamp now);
  std::vector<meta::Upload> all() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, meta::Upload> uploads_;
};

}  // namespace berth::service
