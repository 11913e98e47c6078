// Answers that were given before, given again as long as they are true: how a pull costs no thread, no query and no
// decision of its own.
//
// An answer to a GET or HEAD is a function of the request, metadata and the time. The request is compared word for
// word, credentials and all; metadata by its stamp, which every commit changes (sql/database.h); and whoever's part of
// the answer depends on the time has said until when (base/lasting.h). So an answer that is found here is the one that
// handle() would give now, and a permission, a tag or an image that is taken away is gone at once.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/stamp.h"
#include "model/account_id.h"
#include "model/region.h"
#include "web/request.h"
#include "web/response.h"

namespace berth::api::oci {

// What the answer's next reader has to pay for besides (service/rates.h).
struct Charge {
  model::AccountId account;
  model::Region region;
  std::string_view operation;  // a literal; empty: nothing
};

// Safe from any thread. Memory is bounded: what was not asked for lately is forgotten. Open files keep the space of
// deleted layers: sweep() lets go of them.
class Recall {
 public:
  static constexpr std::size_t kLargestBody = std::size_t{256} << 10;  // bytes
  static constexpr std::size_t kFiles = 128;                           // open at once

  // `stamp`: of metadata, safe from any thread; nullopt: nothing can be recalled. `bytes`: how much may be kept.
  Recall(std::function<std::optional<base::Stamp>()> stamp, std::size_t bytes, base::Metrics& metrics);
  ~Recall();

  // Of this moment: before anything is read for an answer that will be kept.
  std::optional<base::Stamp> stamp() const { return stamp_(); }

  // Whether the answer to such a request may be kept at all: nothing of it is in the request but what is compared.
  static bool comparable(const web::Request& request);

  struct Found {
    web::Response response;
    std::shared_ptr<const Charge> charge;
  };
  std::optional<Found> find(const web::Request& request, base::Timestamp now);

  // `response`: 200, with a text or a file. What is kept of it is shared with it from now on.
  void keep(const web::Request& request, const base::Stamp& stamp, base::Timestamp until, Charge charge,
            web::Response& response);

  // Forgets what is not true any more; to be called every second.
  void sweep();

  std::size_t size() const;  // answers

 private:
  struct Question;
  struct Entry;
  using Entries = std::unordered_map<std::uint64_t, std::shared_ptr<const Entry>>;
  // Two generations: what is asked for moves to the recent one; when that is full it becomes the old one.
  struct Shard {
    mutable std::mutex mutex;
    Entries recent, old;
    std::size_t bytes = 0;  // of the recent ones
    std::size_t files = 0;  // likewise
  };
  static constexpr std::size_t kShards = 16;

  // Under the shard's lock. What is forgotten, for the caller to drop without it: to close a file may take a while.
  Entries put(Shard& shard, std::uint64_t hash, std::shared_ptr<const Entry> entry) const;
  Shard& shard_of(std::uint64_t hash) { return shards_[(hash >> 40) % kShards]; }

  const std::function<std::optional<base::Stamp>()> stamp_;
  const std::size_t generation_;  // bytes of one generation of one shard
  base::Counter& recalled_;
  std::array<Shard, kShards> shards_;
};

}  // namespace berth::api::oci
