// Blobs: where the bytes of each are, how long they are promised, and when they go. The one place that decides it.
//
// A blob's row names its bytes: a store (hot, or cold: the archive) and a storage key, under which nothing else is ever
// stored (docs/adr/0006-storage-keys.md). Bytes that the row does not name any more are *dead*: they are written into
// dead_files in the same transaction, and whoever unlinks a file takes its row away afterwards. So every step can be
// killed anywhere and none waits for another:
//
//  step              bytes first                         then one transaction                after a crash in between
//  bring (put)       committed to the hot store          the row names them; those that it   a file that nothing names:
//                    under a fresh key                   named are dead                      the sweep removes it
//  move (move)       copied to the other store under     the row names the copy, the source  likewise
//                    a fresh key                         is dead; or the copy is
//  collect (review)  -                                   row and links go, bytes are dead    -
//  unlink            the file goes                       its row of dead_files goes          unlinked once more
//
// A reader that finds no file under the name it read looks at the row again, as long as that names another.
//
// Small bytes are a row under their key (blob_bytes.h) instead of a file in the hot store: brought, moved and collected
// in the one transaction alone.
//
// The lease (`review_after`): who was told that a layer is there (an upload that was finished, a mount, a HEAD) finds
// it until then; so nothing is collected, or moved to the archive, before. `unreviewed`: something has happened since
// the collector looked at the blob the last time. A reviewed one has an image that holds it, and a link to it only
// where an image of that repository does; whoever takes the last edge away makes it unreviewed again.
//
// The protocol is checked as a model, docs/models/blob_life.pml; every transaction that writes is serializable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "meta/dead_files.h"
#include "model/digest.h"
#include "sql/database.h"

namespace berth::meta {

struct StoredBlob {
  model::Digest digest;
  std::uint64_t size = 0;
  Place place = Place::hot;
  std::string key;
  bool damaged = false;  // its bytes are missing or wrong: it counts as absent until somebody brings it again
};

// How long a blob is promised: until `until`. One that is promised until `enough` already is left as it is, which
// spares most of the writes to blobs that many images hold.
struct Lease {
  base::Timestamp until;
  base::Timestamp enough;
};

// A blob to be looked at, and where it belongs if that is elsewhere.
struct BlobMove {
  StoredBlob blob;
  std::optional<Place> to;
};

class Blobs {
 public:
  explicit Blobs(sql::Tx& tx) : tx_(tx) {}
  base::Result<std::optional<StoredBlob>> find(const model::Digest& digest);
  // Every blob, ascending by digest, after `after`.
  base::Result<std::vector<StoredBlob>> page(const std::string& after, std::size_t limit);

  // --- for who brings bytes, or says that they are there ---
  // They are durable in the hot store under `key`, or will be with this transaction (blob_bytes.h).
  base::Result<void> put(const model::Digest& digest, const std::string& key, std::uint64_t size, base::Timestamp now,
                         base::Timestamp lease);
  base::Result<void> renew(const model::Digest& digest, const Lease& lease);

  // --- for who reads them ---
  // Its row still names these bytes, which turned out to be missing or wrong. false: it names others.
  base::Result<bool> damaged(const StoredBlob& blob, base::Timestamp now);
  // Likewise; they were read and are right.
  base::Result<bool> verified(const StoredBlob& blob, base::Timestamp now);
  // Whose bytes nobody has read to the end since `before`, nor brought: those that have waited longest.
  base::Result<std::vector<StoredBlob>> unverified(base::Timestamp before, std::size_t limit);
  // Found damaged before then, and not looked at since.
  base::Result<std::vector<StoredBlob>> damaged_before(base::Timestamp before, std::size_t limit);

  // --- for who moves them (service/storage_mover.h) ---
  base::Result<bool> any_to_move(base::Timestamp now);
  // The one that has waited longest; nobody else is given it before `again`. A blob of archived images alone belongs to
  // the archive, one that others hold to the hot store; one that nobody holds stays.
  base::Result<std::optional<BlobMove>> next_move(base::Timestamp now, base::Timestamp again);
  base::Result<void> look_again(const model::Digest& digest, base::Timestamp at);
  // The copy of move.blob is durable under `key` in *move.to. false: it is not wanted there any more, or not its copy.
  base::Result<bool> move(const BlobMove& move, const std::string& key, base::Timestamp now);

  // --- for who takes edges away ---
  // The image lets go of its blobs; before its edges go.
  base::Result<void> release(const std::string& repository, const model::Digest& manifest, const Lease& lease);
  base::Result<void> release(const std::string& digest);  // one that a repository held which is no more

  // --- for the collector (service/collection.h) ---
  struct Reviewed {
    std::size_t blobs = 0;
    std::size_t collected = 0;
    std::uint64_t bytes = 0;  // of those
  };
  base::Result<bool> any_to_review(base::Timestamp now);
  // Looks at up to `limit` blobs whose lease is over.
  base::Result<Reviewed> review(base::Timestamp now, std::size_t limit);
  base::Result<FileTotals> unheld();  // what no image holds and no review has taken yet

 private:
  base::Result<std::optional<Place>> wanted(const model::Digest& digest);

  sql::Tx& tx_;
};

}  // namespace berth::meta
