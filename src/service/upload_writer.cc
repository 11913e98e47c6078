#include "service/layer_service.h"

namespace berth::service {
namespace {

std::unexpected<base::Error> moving(const model::Digest& digest) {
  return base::fail(base::Errc::conflict,
                    "The layer with digest '" + digest.text() + "' is being moved to the archive; try again");
}

}  // namespace

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

// Before the bytes are committed (meta/blob_places.h). A blob that nobody knows has no row, and nobody moves it.
base::Result<meta::Landing> UploadWriter::prepare(const model::Digest& digest) {
  const auto deadline = base::Deadline::after(core_.limits.call);
  BERTH_TRY(const auto known, core_.store.read(deadline, [&](meta::Tx& tx) { return tx.layers().blob(digest); }));
  if (!known) return meta::Landing::unknown;
  const auto now = core_.clock.now();
  BERTH_TRY(const auto landing, core_.store.write(deadline, [&](meta::Tx& tx) {
    return tx.blob_places().prepare(digest, now, now + core_.limits.lease);
  }));
  if (landing == meta::Landing::busy) return moving(digest);
  return landing;
}

base::Result<LayerInfo> UploadWriter::complete(const model::Digest& expected) {
  const auto prepared = core_.clock.now();
  BERTH_TRY(auto landing, prepare(expected));
  auto stored = writer_->commit(expected);
  if (!stored) {
    if (stored.error().code == base::Errc::layer_digest_mismatch) {
      // These bytes will never be what the client wants; the next try starts from nothing.
      (void)discard();
    }
    return base::propagate(stored);
  }
  writer_.reset();
  const auto now = core_.clock.now();
  if (now - prepared >= core_.limits.lease) landing = meta::Landing::unknown;
  const auto deadline = base::Deadline::after(core_.limits.call);
  BERTH_CHECK(core_.store.write(deadline, [&](meta::Tx& tx) -> base::Result<void> {
    // The repository may have been deleted, and another made under its name, or renamed, while the bytes came in.
    BERTH_TRY(const auto repository, tx.repositories().find_by_id(repository_.id));
    if (!repository) {
      return base::fail(base::Errc::upload_not_found, "The upload '" + upload_.id + "' does not exist any more");
    }
    BERTH_CHECK(tx.layers().put_blob(stored->digest, stored->size, now, now + core_.limits.lease));
    BERTH_TRY(const bool landed, tx.blob_places().land(stored->digest, landing, now));
    if (!landed) return moving(stored->digest);
    BERTH_CHECK(tx.layers().link(repository->id, stored->digest, now));
    BERTH_CHECK(tx.uploads().remove(upload_.id));
    return {};
  }));
  return LayerInfo{.digest = stored->digest, .size = stored->size, .media_type = std::nullopt};
}

}  // namespace berth::service
