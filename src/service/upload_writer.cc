#include "service/layer_service.h"
#include "service/space.h"

namespace berth::service {
UploadWriter::UploadWriter(const Core& core, model::Repository repository, meta::Upload upload, Life life,
                           std::unique_ptr<blob::BlobWriter> writer)
    : core_(core),
      repository_(std::move(repository)),
      upload_(std::move(upload)),
      life_(life),
      writer_(std::move(writer)) {}

UploadWriter::~UploadWriter() {
  // Nobody can come back for an upload of one request.
  if (writer_ && life_ == Life::one_request) (void)writer_->discard();
}

base::Result<void> UploadWriter::write(base::Bytes bytes) {
  const auto most = core_.limits.max_layer_of(repository_.ref.registry);
  if (bytes.size() > most - std::min(most, writer_->size())) {
    return base::fail(base::Errc::payload_too_large, "A layer may have at most " + std::to_string(most) + " bytes");
  }
  auto written = core_.space == nullptr ? base::Result<void>() : core_.space->admit_layer(bytes.size());
  const bool admitted = written.has_value();
  if (admitted) {
    written = writer_->append(bytes);
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
  if (life_ == Life::one_request) return;  // goes with the writer
  writer_.reset();
  const bool none_kept = upload_.state.empty();
  const auto again =
      none_kept ? core_.blobs.create(upload_.id, upload_.algorithm) : core_.blobs.resume(upload_.id, upload_.state);
  if (!again) return;
  const auto row = core_.store.read(base::Deadline::after(core_.limits.call),
                                    [&](meta::Tx& tx) { return tx.uploads().find(repository_.id, upload_.id); });
  if (!row || (*row && (*row)->size != upload_.size)) return;
  if (none_kept || !*row) {
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

base::Result<UploadStatus> UploadWriter::keep() {
  auto state = writer_->checkpoint();
  if (!state) {
    if (state.error().code == base::Errc::storage_full) give_back();
    return base::propagate(state);
  }
  auto next = upload_;
  next.size = writer_->size();
  next.state = *std::move(state);
  next.expires = core_.clock.now() + core_.limits.upload_expiry;
  const auto from = upload_.size;
  BERTH_TRY(const bool moved, core_.store.write(base::Deadline::after(core_.limits.call),
                                                [&](meta::Tx& tx) { return tx.uploads().advance(next, from); }));
  if (!moved) {
    // Whoever took the row away found the bytes in our hands and left them to us.
    BERTH_CHECK(writer_->discard());
    return base::fail(base::Errc::upload_not_found, "The upload '" + upload_.id + "' does not exist any more");
  }
  upload_ = std::move(next);
  return UploadStatus{.id = upload_.id, .size = upload_.size};
}

base::Result<void> UploadWriter::discard() {
  // The row goes first: bytes without a row are only rubbish, a row without bytes would be a lie.
  BERTH_CHECK(core_.store.write(base::Deadline::after(core_.limits.call),
                                [&](meta::Tx& tx) { return tx.uploads().remove(upload_.id); }));
  auto discarded = writer_->discard();
  writer_.reset();
  return discarded;
}

base::Result<LayerInfo> UploadWriter::complete(const model::Digest& expected) {
  auto stored = writer_->commit({.digest = expected, .key = core_.new_ulid()});
  if (!stored) {
    if (stored.error().code == base::Errc::layer_digest_mismatch) {
      // These bytes will never be what the client wants; the next try starts from nothing.
      (void)discard();
    } else if (stored.error().code == base::Errc::storage_full) {
      give_back();
    }
    return base::propagate(stored);
  }
  writer_.reset();
  const auto now = core_.clock.now();
  const auto deadline = base::Deadline::after(core_.limits.call);
  auto named = core_.store.write(deadline, [&](meta::Tx& tx) -> base::Result<void> {
    // The repository may have been deleted, and another made under its name, or renamed, while the bytes came in.
    BERTH_TRY(const auto repository, tx.repositories().find_by_id(repository_.id));
    if (!repository) {
      return base::fail(base::Errc::upload_not_found, "The upload '" + upload_.id + "' does not exist any more");
    }
    BERTH_CHECK(tx.blobs().put(expected, stored->name.key, stored->size, now, now + core_.limits.lease));
    BERTH_CHECK(tx.layers().link(repository->id, expected, now));
    BERTH_CHECK(tx.uploads().remove(upload_.id));
    return {};
  });
  if (!named) {
    // Nothing names these bytes, unless the database could not tell how the transaction ended.
    if (named.error().code == base::Errc::upload_not_found) (void)core_.blobs.remove(stored->name);
    return base::propagate(named);
  }
  return LayerInfo{.digest = expected, .size = stored->size, .media_type = std::nullopt};
}

}  // namespace berth::service
