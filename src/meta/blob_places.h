// Where the bytes of a blob are, and who is moving or removing them.
//
// There are two stores, hot and cold (the archive). `place` says in which a blob's bytes are promised to be, whole and
// durable. Whoever moves or removes bytes first takes a *claim* on the blob's row, so that no push or restart can be
// surprised by it:
//
//  claim   with place P              what may happen to bytes                         after a crash
//  none    hot or cold               nothing                                          nothing to do
//  move    P is the source           a copy is being written to the other store; P's  the claim runs out (look_at): the
//                                    bytes stay as they are                           copy is begun again, or removed
//  remove  P has the bytes           those in the other store go                      the claim runs out: they are
//                                                                                     removed again
//
// Only one transaction moves the promise (switch_place: `move` becomes `remove`), and it looks once more whether the
// blob still belongs there. Every transaction that writes is serializable, so it cannot miss an image that was put.
//
// The lease (`review_after`, layers.h) fences removals of hot bytes: nobody takes a claim to move a blob to the
// archive, or to remove hot bytes, before its lease is over. So whoever brings bytes
//  1. calls prepare(): renews the lease and ends a `move` to the archive. `busy`: hot bytes are being removed this very
//     moment; come back in a second;
//  2. commits them to the hot store;
//  3. within the lease calls Layers::put_blob() and land() in the transaction that promises them: a blob that was cold
//     is hot then, and its cold bytes go.
// A remover starts its removal well before its own claim can run out, or not at all.
//
// A collector that removes blobs for good needs the same two things: the lease, and a claim that prepare() sees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "meta/image_storage.h"
#include "model/digest.h"
#include "sql/database.h"

namespace berth::meta {

enum class Place : std::uint8_t { hot, cold };
Place place_from(const std::string& text);  // of a row
enum class BlobClaim : std::uint8_t { none, move, remove };
enum class Landing : std::uint8_t { unknown, hot, cold, busy };

// A blob that somebody has taken on, until look_at.
struct BlobTask {
  model::Digest digest;
  std::uint64_t size = 0;
  Place place = Place::hot;
  BlobClaim claim = BlobClaim::none;  // what to do; none: all is as it should be
};

class BlobPlaces {
 public:
  explicit BlobPlaces(sql::Tx& tx) : tx_(tx) {}

  // --- for who brings bytes ---
  base::Result<Landing> prepare(const model::Digest& digest, base::Timestamp now, base::Timestamp lease);
  // The bytes are in the hot store. `cold`: prepare() found it so. false: they may have gone meanwhile; bring them
  // again.
  base::Result<bool> land(const model::Digest& digest, Landing prepared, base::Timestamp now);

  // --- for who moves them ---
  base::Result<bool> any_due(base::Timestamp now);
  // The one that has waited longest, claimed by `owner` until `until` for what is to be done with it. A blob of
  // archived images alone belongs to the archive, one that others hold to the hot store; one that nobody holds stays.
  base::Result<std::optional<BlobTask>> take(base::Timestamp now, const std::string& owner, base::Timestamp until);
  // The following answer false, and change nothing, if the claim is not `owner`'s any more.
  base::Result<bool> extend(const BlobTask& task, const std::string& owner, base::Timestamp until);
  // The copy is whole and durable: the promise moves, and the claim is for removing the source. false also if the blob
  // does not belong there any more.
  base::Result<bool> switch_place(const BlobTask& task, const std::string& owner, base::Timestamp now,
                                  base::Timestamp until);
  base::Result<bool> release(const BlobTask& task, const std::string& owner, base::Timestamp look_at);
  // A copy that nobody wants any more may be in the other store: orders its removal. `place`: where the promise was.
  base::Result<void> drop_copy(const model::Digest& digest, Place place, base::Timestamp now);
  // Nothing more to do, unless it is wanted elsewhere meanwhile.
  base::Result<bool> finish(const BlobTask& task, const std::string& owner, base::Timestamp now);

 private:
  base::Result<std::optional<Place>> wanted(const model::Digest& digest);

  sql::Tx& tx_;
};

}  // namespace berth::meta
