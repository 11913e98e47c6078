// The upload half of LayerService.
#include <algorithm>

#include "base/ids.h"
#include "service/fresh_uploads.h"
#include "service/layer_service.h"
#include "service/repository_creation.h"

namespace berth::service {
namespace {

std::unexpected<base::Error> upload_not_found(const model::RepositoryRef& ref, const std::string& upload) {
  return base::fail(base::Errc::upload_not_found,
                    "The upload with id '" + upload + "' does not exist within the repository with name '" +
                        ref.name.text() + "' in the registry with id '" + ref.registry.account.text() + "'");
}

// InvalidLayerPartException carries where the client should have gone on; the OCI door makes its Range out of it.
std::unexpected<base::Error> out_of_order(const model::RepositoryRef& ref, const meta::Upload& upload,
                                          std::string message) {
  auto error = base::fail(base::Errc::upload_range, std::move(message));
  error.error().details = {{"registryId", ref.registry.account.text()},
                           {"repositoryName", ref.name.text()},
                           {"uploadId", upload.id},
                           {"lastValidByteReceived", static_cast<std::int64_t>(upload.size) - 1}};
  return error;
}

// Of an upload whose row is gone. Who is writing to it right now finds that out, and drops the bytes instead of us.
base::Result<void> discard_bytes(const Core& core, const std::string& upload) {
  auto discarded = core.blobs.discard(upload);
  if (!discarded && discarded.error().code != base::Errc::upload_busy) return discarded;
  return {};
}

struct FoundUpload {
  model::Repository repository;
  meta::Upload upload;
};

base::Result<FoundUpload> find_upload(const Core& core, const base::Deadline& deadline, const model::RepositoryRef& ref,
                                      const std::string& id) {
  const auto fresh = core.fresh == nullptr ? std::nullopt : core.fresh->find(id);
  return core.store.read(deadline, [&](meta::Tx& tx) -> base::Result<FoundUpload> {
    BERTH_TRY(auto repository, find_repository(tx, ref));
    if (!base::is_uuid(id)) return upload_not_found(ref, id);
    BERTH_TRY(auto upload, tx.uploads().find(repository.id, id));
    if (!upload && fresh && fresh->repository == repository.id) upload = fresh;
    if (!upload || upload->expires <= core.clock.now()) return upload_not_found(ref, id);
    return FoundUpload{std::move(repository), *std::move(upload)};
  });
}

}  // namespace

base::Result<UploadStatus> LayerService::start(const Scope& scope, const model::RepositoryRef& ref,
                                               model::DigestAlgorithm algorithm) {
  BERTH_CHECK(core_.require(scope, auth::Action::initiate_layer_upload, ref));
  meta::Upload upload{.id = crypto::random_uuid(core_.random),
                      .algorithm = algorithm,
                      .expires = core_.clock.now() + core_.limits.upload_expiry};
  BERTH_CHECK(push_to(core_, scope, ref, [&](const NewRepository* creation) -> base::Result<void> {
    if (core_.fresh != nullptr) {
      BERTH_TRY(const auto repository, repository_of_push(scope, ref, creation));
      upload.repository = repository.id;
      if (core_.fresh->add(upload)) return {};
    }
    return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
      BERTH_TRY(const auto repository, find_or_make(tx, core_, ref, creation));
      upload.repository = repository.id;
      return tx.uploads().create(upload);
    });
  }));
  return UploadStatus{.id = upload.id, .size = 0};
}

base::Result<model::Repository> LayerService::repository_of_push(const Scope& scope, const model::RepositoryRef& ref,
                                                                 const NewRepository* creation) {
  const auto find = [&](meta::Tx& tx) { return find_or_make(tx, core_, ref, creation); };
  return creation == nullptr ? core_.store.read(scope.deadline, find) : core_.store.write(scope.deadline, find);
}

base::Result<UploadStatus> LayerService::status(const Scope& scope, const model::RepositoryRef& ref,
                                                const std::string& upload) {
  BERTH_CHECK(core_.require(scope, auth::Action::upload_layer_part, ref));
  BERTH_TRY(const auto found, find_upload(core_, scope.deadline, ref, upload));
  return UploadStatus{.id = found.upload.id, .size = found.upload.size};
}

base::Result<void> LayerService::cancel(const Scope& scope, const model::RepositoryRef& ref,
                                        const std::string& upload) {
  BERTH_CHECK(core_.require(scope, auth::Action::upload_layer_part, ref));
  BERTH_CHECK(find_upload(core_, scope.deadline, ref, upload));
  // The row goes first: bytes without a row are only rubbish, a row without bytes would be a lie.
  bool fresh = false;
  BERTH_TRY(const bool removed, core_.store.write(scope.deadline, [&](meta::Tx& tx) {
    // Inside, so that nobody makes its row any more (UploadWriter::keep).
    fresh = (core_.fresh != nullptr && core_.fresh->erase(upload)) || fresh;
    return tx.uploads().remove(upload);
  }));
  if (!removed && !fresh) return upload_not_found(ref, upload);
  return discard_bytes(core_, upload);
}

base::Result<std::unique_ptr<UploadWriter>> LayerService::open_upload(const Scope& scope,
                                                                      const model::RepositoryRef& ref,
                                                                      const std::string& upload,
                                                                      std::optional<std::uint64_t> first,
                                                                      std::optional<model::DigestAlgorithm> algorithm) {
  BERTH_TRY(auto found, find_upload(core_, scope.deadline, ref, upload));
  if (algorithm && found.upload.state.empty()) found.upload.algorithm = *algorithm;
  auto writer = std::make_unique<UploadWriter>(core_, std::move(found.repository), std::move(found.upload),
                                               UploadWriter::Life::session);
  BERTH_CHECK(writer->open());
  if (first && *first != writer->size()) {
    return out_of_order(ref, writer->upload(),
                        "The upload has " + std::to_string(writer->size()) + " bytes; a chunk that starts at byte " +
                            std::to_string(*first) + " does not follow them");
  }
  return writer;
}

base::Result<std::unique_ptr<UploadWriter>> LayerService::append(const Scope& scope, const model::RepositoryRef& ref,
                                                                 const std::string& upload,
                                                                 std::optional<std::uint64_t> first) {
  BERTH_CHECK(core_.require(scope, auth::Action::upload_layer_part, ref));
  return open_upload(scope, ref, upload, first, std::nullopt);
}

base::Result<std::unique_ptr<UploadWriter>> LayerService::finish(const Scope& scope, const model::RepositoryRef& ref,
                                                                 const std::string& upload,
                                                                 std::optional<std::uint64_t> first,
                                                                 model::DigestAlgorithm algorithm, Carries carries) {
  BERTH_CHECK(core_.require(scope, auth::Action::complete_layer_upload, ref));
  if (carries == Carries::bytes) BERTH_CHECK(core_.require(scope, auth::Action::upload_layer_part, ref));
  return open_upload(scope, ref, upload, first, algorithm);
}

base::Result<std::unique_ptr<UploadWriter>> LayerService::upload_at_once(const Scope& scope,
                                                                         const model::RepositoryRef& ref,
                                                                         model::DigestAlgorithm algorithm) {
  BERTH_CHECK(core_.require(scope, auth::Action::initiate_layer_upload, ref));
  BERTH_CHECK(core_.require(scope, auth::Action::upload_layer_part, ref));
  BERTH_CHECK(core_.require(scope, auth::Action::complete_layer_upload, ref));
  BERTH_TRY(auto repository, push_to(core_, scope, ref, [&](const NewRepository* creation) {
              return repository_of_push(scope, ref, creation);
            }));
  meta::Upload upload{.id = crypto::random_uuid(core_.random), .repository = repository.id, .algorithm = algorithm};
  auto writer =
      std::make_unique<UploadWriter>(core_, std::move(repository), std::move(upload), UploadWriter::Life::one_request);
  BERTH_CHECK(writer->open());
  return writer;
}

base::Result<UploadStatus> LayerService::put_part(const Scope& scope, const LayerPart& part) {
  const auto& ref = part.repository;
  BERTH_CHECK(core_.require(scope, auth::Action::upload_layer_part, ref));
  BERTH_TRY(const auto writer, open_upload(scope, ref, part.upload, part.first, std::nullopt));
  if (part.bytes.empty() || part.last < part.first || part.last - part.first + 1 != part.bytes.size()) {
    return out_of_order(ref, writer->upload(),
                        "The layer part has " + std::to_string(part.bytes.size()) + " bytes, not those from " +
                            std::to_string(part.first) + " to " + std::to_string(part.last));
  }
  const auto most = core_.limits.max_parts_of(ref.registry);
  if (writer->upload().parts >= most) {
    return base::fail(base::Errc::limit_exceeded, "A layer may have at most " + std::to_string(most) + " parts");
  }
  auto written = writer->write(base::as_bytes(part.bytes));
  if (!written) {
    if (written.error().code == base::Errc::payload_too_large) written.error().code = base::Errc::limit_exceeded;
    return base::propagate(written);
  }
  writer->count_part(part.bytes.size());
  return writer->keep();
}

base::Result<LayerInfo> LayerService::complete(const Scope& scope, const model::RepositoryRef& ref,
                                               const std::string& upload, const std::vector<model::Digest>& digests) {
  BERTH_CHECK(core_.require(scope, auth::Action::complete_layer_upload, ref));
  BERTH_TRY(const auto writer, open_upload(scope, ref, upload, std::nullopt, std::nullopt));
  if (writer->size() == 0) {
    return base::fail(base::Errc::upload_empty, "The upload '" + upload + "' does not have any layer parts");
  }
  if (writer->upload().middle_part_short) {
    return base::fail(base::Errc::layer_part_too_small, "All layer parts except the last part should be at least 5MB");
  }
  if (digests.empty()) return base::fail(base::Errc::internal, "an upload completed without a digest");
  const auto named = std::ranges::find(digests, writer->digest());
  const auto& expected = named != digests.end() ? *named : digests.front();
  // Clients take LayerAlreadyExistsException for a promise.
  BERTH_TRY(const auto there, look(scope, ref, {expected}));
  const bool usable = there.front() && !there.front()->archived;
  if (usable && named != digests.end()) {
    BERTH_CHECK(writer->discard());
    return base::fail(base::Errc::layer_exists, "The layer with digest '" + expected.text() +
                                                    "' already exists in the repository with name '" + ref.name.text() +
                                                    "' in the registry with id '" + ref.registry.account.text() + "'");
  }
  return writer->complete(expected);
}

base::Result<std::size_t> LayerService::expire_uploads(std::size_t limit) {
  const auto deadline = base::Deadline::after(core_.limits.call);
  const auto now = core_.clock.now();
  const auto fresh = core_.fresh == nullptr ? 0 : core_.fresh->expire(now);
  BERTH_TRY(const auto ids, core_.store.read(deadline, [&](meta::Tx& tx) { return tx.uploads().expired(now, limit); }));
  std::size_t removed = fresh;
  for (const auto& id : ids) {
    BERTH_TRY(const bool gone,
              core_.store.write(deadline, [&](meta::Tx& tx) { return tx.uploads().remove_expired(id, now); }));
    if (!gone) continue;
    BERTH_CHECK(discard_bytes(core_, id));
    ++removed;
  }
  return removed;
}

base::Result<void> LayerService::settle(const base::Deadline& deadline) {
  if (core_.fresh == nullptr) return {};
  const auto uploads = core_.fresh->all();
  BERTH_CHECK(core_.store.write(deadline, [&](meta::Tx& tx) -> base::Result<void> {
    for (const auto& upload : uploads) {
      BERTH_TRY(const auto repository, tx.repositories().find_by_id(upload.repository));
      if (repository) BERTH_CHECK(tx.uploads().create(upload));
    }
    return {};
  }));
  for (const auto& upload : uploads) core_.fresh->erase(upload.id);
  return {};
}

base::Result<std::size_t> LayerService::sweep_uploads() {
  constexpr std::size_t kPage = 100;
  const auto before = core_.clock.now() - core_.limits.upload_expiry;
  std::size_t removed = 0;
  std::string after;
  for (;;) {
    BERTH_TRY(const auto page, core_.blobs.list_uploads(after, kPage));
    if (page.empty()) return removed;
    after = page.back().name;
    // A session's row is older than its bytes and names are never used again: what has no row now never gets one.
    BERTH_TRY(const auto orphans, core_.store.read(base::Deadline::after(core_.limits.call),
                                                   [&](meta::Tx& tx) -> base::Result<std::vector<std::string>> {
                                                     std::vector<std::string> names;
                                                     for (const auto& upload : page) {
                                                       if (upload.touched > before) continue;
                                                       BERTH_TRY(const bool known, tx.uploads().exists(upload.name));
                                                       if (!known) names.push_back(upload.name);
                                                     }
                                                     return names;
                                                   }));
    for (const auto& name : orphans) {
      auto discarded = core_.blobs.discard(name);
      if (!discarded && discarded.error().code != base::Errc::upload_busy) return base::propagate(discarded);
      removed += discarded ? 1 : 0;
    }
  }
}

}  // namespace berth::service
