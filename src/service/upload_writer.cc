#include <algorithm>
#include <utility>

#include "blob/digests.h"
#include "blob/upload_progress.h"
#include "service/fresh_uploads.h"
#include "service/layer_service.h"
#include "service/space.h"

namespace berth::service {
namespace {

std::unexpected<base::Error> gone(const meta::Upload& upload) {
  return base::fail(base::Errc::upload_not_found, "The upload '" + upload.id + "' does not exist any more");
}

std::unexpected<base::Error> busy(const meta::Upload& upload) {
  return base::fail(base::Errc::upload_busy, "Another request is writing to the upload '" + upload.id + "'");
}

}  // namespace

UploadWriter::UploadWriter(const Core& core, model::Repository repository, meta::Upload upload, Life life)
    : core_(core), repository_(std::move(repository)), upload_(std::move(upload)), life_(life) {}

UploadWriter::~UploadWriter() {
  // Nobody can come back for an upload of one request.
  if (writer_ && life_ == Life::one_request) (void)writer_->discard();
}

bool UploadWriter::fresh() const { return core_.fresh != nullptr && core_.fresh->contains(upload_.id); }

base::Result<void> UploadWriter::open() {
  const auto most = core_.limits.blob_in_metadata;
  const bool small = most > 0 && upload_.state.empty() && upload_.bytes.size() <= most;
  return small ? base::Result<void>() : take();
}

// The store's writer, for nobody else meanwhile.
base::Result<std::unique_ptr<blob::BlobWriter>> UploadWriter::claim() const {
  BERTH_TRY(auto writer, upload_.state.empty() ? core_.blobs.create(upload_.id, upload_.algorithm)
                                               : core_.blobs.resume(upload_.id, upload_.state));
  if (life_ == Life::one_request) return writer;
  // The row was read before the writer was ours: another request may have moved the upload on in between. The writer
  // has not touched the bytes yet, so backing out leaves them as they are.
  const bool begun = fresh();
  BERTH_TRY(const auto row, core_.store.read(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
    return tx.uploads().find(repository_.id, upload_.id);
  }));
  if (!row && !begun) {
    // Whoever took the row away found the bytes in our hands and left them to us.
    BERTH_CHECK(writer->discard());
    return gone(upload_);
  }
  if ((row ? row->size : 0) != upload_.size) return busy(upload_);
  return writer;
}

base::Result<void> UploadWriter::take() {
  BERTH_TRY(writer_, claim());
  if (!upload_.bytes.empty()) BERTH_CHECK(writer_->append(base::as_bytes(upload_.bytes)));
  upload_.bytes.clear();
  return {};
}

base::Result<void> UploadWriter::append(base::Bytes bytes) {
  if (!writer_ && bytes.size() <= core_.limits.blob_in_metadata - upload_.bytes.size()) {
    upload_.bytes.append(base::as_text(bytes));
    return {};
  }
  if (!writer_) BERTH_CHECK(take());
  return writer_->append(bytes);
}

base::Result<void> UploadWriter::write(base::Bytes bytes) {
  const auto most = core_.limits.max_layer_of(repository_.ref.registry);
  if (bytes.size() > most - std::min(most, size())) {
    return base::fail(base::Errc::payload_too_large, "A layer may have at most " + std::to_string(most) + " bytes");
  }
  auto written = core_.space == nullptr ? base::Result<void>() : core_.space->admit_layer(bytes.size());
  const bool admitted = written.has_value();
  if (admitted) {
    written = append(bytes);
    if (core_.space != nullptr) core_.space->written(bytes.size());
  }
  if (written || written.error().code != base::Errc::storage_full) return written;
  if (admitted && core_.space != nullptr) core_.space->refused_by_disk();
  give_back();
  return written;
}

// What an upload that cannot go on has written would hold the disk until it expires. What was acknowledged stays, so
// that the client can go on when there is space again. Between letting go of the bytes and having them again, another
// request may have moved the upload on: then they are its.
void UploadWriter::give_back() {
  if (life_ == Life::one_request || !writer_) return;  // goes with the writer
  writer_.reset();
  const auto again = claim();
  if (!again) return;
  if (upload_.state.empty()) {
    (void)(*again)->discard();
  } else {
    (void)(*again)->append({});  // cuts off what is behind the last checkpoint
  }
}

void UploadWriter::count_part(std::uint64_t bytes) {
  upload_.parts += 1;
  upload_.middle_part_short = upload_.middle_part_short || upload_.last_part_short;
  upload_.last_part_short = bytes < core_.limits.min_part;
}

model::Digest UploadWriter::digest() const {
  return writer_ ? writer_->digest() : blob::digest_of(base::as_bytes(upload_.bytes), upload_.algorithm);
}

base::Result<UploadStatus> UploadWriter::keep() {
  auto next = upload_;
  if (writer_) {
    auto state = writer_->checkpoint();
    if (!state) {
      if (state.error().code == base::Errc::storage_full) give_back();
      return base::propagate(state);
    }
    next.state = *std::move(state);
  }
  next.size = size();
  next.expires = core_.clock.now() + core_.limits.upload_expiry;
  const auto from = upload_.size;
  bool there = true;
  BERTH_TRY(const bool moved,
            core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) -> base::Result<bool> {
              BERTH_TRY(const bool advanced, tx.uploads().advance(next, from));
              if (advanced) return true;
              BERTH_TRY(there, tx.uploads().exists(upload_.id));
              if (there || !fresh()) return false;
              BERTH_CHECK(tx.uploads().create(next));
              return true;
            }));
  if (moved && core_.fresh != nullptr) core_.fresh->erase(upload_.id);
  if (!moved) {
    // Whoever took the row away found the bytes in our hands and left them to us; whoever moved it on has its own.
    if (writer_) BERTH_CHECK(writer_->discard());
    return there ? busy(upload_) : gone(upload_);
  }
  upload_ = std::move(next);
  return UploadStatus{.id = upload_.id, .size = upload_.size};
}

base::Result<void> UploadWriter::discard() {
  // The row goes first: bytes without a row are only rubbish, a row without bytes would be a lie.
  BERTH_CHECK(core_.store.write(base::Deadline::after(core_.limits.call), [&](meta::Tx& tx) {
    if (core_.fresh != nullptr) core_.fresh->erase(upload_.id);
    return tx.uploads().remove(upload_.id);
  }));
  if (!writer_) return {};
  auto discarded = writer_->discard();
  writer_.reset();
  return discarded;
}

// The name of the bytes, which are those that were expected: durable in the store, or to be put into a row.
base::Result<blob::BlobName> UploadWriter::store(const model::Digest& expected) {
  if (writer_) {
    blob::BlobName name{.digest = expected, .key = core_.new_ulid()};
    BERTH_CHECK(writer_->commit(name));
    writer_.reset();
    return name;
  }
  const auto actual = blob::digest_of(base::as_bytes(upload_.bytes), expected.algorithm());
  if (actual != expected) return blob::digest_mismatch(expected, actual);
  return blob::BlobName{.digest = expected, .key = meta::row_key(core_.new_ulid())};
}

base::Result<LayerInfo> UploadWriter::complete(const model::Digest& expected) {
  const auto bytes = size();
  auto name = store(expected);
  if (!name) {
    if (name.error().code == base::Errc::layer_digest_mismatch) {
      // These bytes will never be what the client wants; the next try starts from nothing.
      (void)discard();
    } else if (name.error().code == base::Errc::storage_full) {
      give_back();
    }
    return base::propagate(name);
  }
  const auto now = core_.clock.now();
  const auto deadline = base::Deadline::after(core_.limits.call);
  auto named = core_.store.write(deadline, [&](meta::Tx& tx) -> base::Result<void> {
    // The repository may have been deleted, and another made under its name, or renamed, while the bytes came in.
    BERTH_TRY(const auto repository, tx.repositories().find_by_id(repository_.id));
    if (!repository) return gone(upload_);
    if (meta::is_row_key(name->key)) BERTH_CHECK(tx.blob_bytes().add(name->key, upload_.bytes));
    BERTH_CHECK(tx.blobs().put(expected, name->key, bytes, now, now + core_.limits.lease));
    BERTH_CHECK(tx.layers().link(repository->id, expected, now));
    BERTH_CHECK(tx.uploads().remove(upload_.id));
    return {};
  });
  if (!named) {
    // Nothing names these bytes, unless the database could not tell how the transaction ended.
    if (named.error().code == base::Errc::upload_not_found) (void)core_.blobs.remove(*name);
    return base::propagate(named);
  }
  if (core_.fresh != nullptr) core_.fresh->erase(upload_.id);
  return LayerInfo{.digest = expected, .size = bytes, .media_type = std::nullopt};
}

}  // namespace berth::service
