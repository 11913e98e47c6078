#include "service/layer_service.h"

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
  return writer_->append(bytes);
}

void UploadWriter::count_part(std::uint64_t bytes) {
  upload_.parts += 1;
  upload_.middle_part_short = upload_.middle_part_short || upload_.last_part_short;
  upload_.last_part_short = bytes < core_.limits.min_part;
}

base::Result<UploadStatus> UploadWriter::keep() {
  BERTH_TRY(auto state, writer_->checkpoint());
  auto next = upload_;
  next.size = writer_->size();
  next.state = std::move(state);
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
