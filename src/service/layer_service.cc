#include "service/layer_service.h"

#include <algorithm>

#include "base/ids.h"
#include "service/blob_stores.h"
#include "service/policy_service.h"
#include "service/repository_creation.h"

namespace berth::service {
namespace {

LayerInfo info(meta::Layer layer) {
  return {.digest = std::move(layer.blob.digest),
          .size = layer.blob.size,
          .media_type = std::move(layer.media_type),
          .archived = layer.archived};
}

// Damaged bytes, or bytes in the archive of a layer that no image of this repository holds: as if it were not there, so
// that clients bring it again.
bool absent(const std::optional<meta::Layer>& layer) {
  return !layer || layer->blob.damaged || (!layer->archived && layer->blob.place == meta::Place::cold);
}

std::unexpected<base::Error> layer_damaged(const model::RepositoryRef& ref, const model::Digest& digest) {
  return base::fail(base::Errc::layer_inaccessible, "The stored bytes of the layer with digest '" + digest.text() +
                                                        "' in the repository with name '" + ref.name.text() +
                                                        "' in the registry with id '" + ref.registry.account.text() +
                                                        "' are damaged and are not served; push it again");
}

std::unexpected<base::Error> layer_archived(const model::RepositoryRef& ref, const model::Digest& digest) {
  return base::fail(base::Errc::layer_inaccessible,
                    "The layer with digest '" + digest.text() +
                        "' is held by archived images only, in the repository " + "with name '" + ref.name.text() +
                        "' in the registry with id '" + ref.registry.account.text() +
                        "'; restore one of them (UpdateImageStorageClass), or push it again");
}

std::unexpected<base::Error> blob_unknown(const model::RepositoryRef& ref, const model::Digest& digest,
                                          base::Errc code = base::Errc::blob_unknown) {
  return base::fail(code, "The layer with digest '" + digest.text() +
                              "' does not exist within the repository with name '" + ref.name.text() +
                              "' in the registry with id '" + ref.registry.account.text() + "'");
}

bool encrypted_alike(const model::Repository& a, const model::Repository& b) {
  return a.encryption_type == b.encryption_type && a.kms_key == b.kms_key;
}

}  // namespace

base::Result<std::vector<std::optional<LayerInfo>>> LayerService::check(const Scope& scope,
                                                                        const model::RepositoryRef& ref,
                                                                        const std::vector<model::Digest>& digests) {
  BERTH_CHECK(core_.require(scope, auth::Action::batch_check_layer_availability, ref));
  return look(scope, ref, digests);
}

base::Result<std::optional<LayerInfo>> LayerService::find(const Scope& scope, const model::RepositoryRef& ref,
                                                          const model::Digest& digest) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_download_url_for_layer, ref));
  BERTH_TRY(auto found, look(scope, ref, {digest}));
  return std::move(found.front());
}

// Who is told that a layer is there which no image holds may count on it: the lease is renewed first. What images hold
// gets one when the last of them goes (meta/blobs.h). A full disk keeps no promise: then it counts as absent, and the
// push of it says why.
base::Result<LayerService::Found> LayerService::look(const Scope& scope, const model::RepositoryRef& ref,
                                                     const std::vector<model::Digest>& digests) {
  enum class Short : std::uint8_t { note, renew, absent };  // what is done about a lease that is
  const auto lease = core_.lease();
  bool noted = false;
  const auto look_in = [&](meta::Tx& tx, Short what) -> base::Result<Found> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    Found found;
    found.reserve(digests.size());
    for (const auto& digest : digests) {
      BERTH_TRY(auto layer, tx.layers().find(repository.id, digest));
      bool there = !absent(layer);
      if (there && !layer->referenced) base::lasts_only_now(scope.lasting);
      if (there && !layer->referenced && layer->lease < lease.enough) {
        noted = true;
        there = what != Short::absent;
        if (what == Short::renew) BERTH_CHECK(tx.blobs().renew(digest, lease));
      }
      found.push_back(there ? std::optional(info(*std::move(layer))) : std::nullopt);
    }
    return found;
  };
  auto found = core_.store.read(scope.deadline, [&](meta::Tx& tx) { return look_in(tx, Short::note); });
  if (!found || !noted) return found;
  auto renewed = core_.store.write(scope.deadline, [&](meta::Tx& tx) { return look_in(tx, Short::renew); });
  if (renewed || renewed.error().code != base::Errc::storage_full) return renewed;
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) { return look_in(tx, Short::absent); });
}

base::Result<OpenLayer> LayerService::open(const Scope& scope, const model::RepositoryRef& ref,
                                           const model::Digest& digest, const ChooseRange& choose) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_download_url_for_layer, ref));
  return open_found(scope.deadline, ref, digest, choose);
}

base::Result<OpenLayer> LayerService::open_signed(const base::Deadline& deadline, const model::RepositoryRef& ref,
                                                  const model::Digest& digest, const ChooseRange& choose) {
  return open_found(deadline, ref, digest, choose);
}

base::Result<OpenLayer> LayerService::open_found(const base::Deadline& deadline, const model::RepositoryRef& ref,
                                                 const model::Digest& digest, const ChooseRange& choose) {
  std::optional<std::string> missing;  // the key under which there were no bytes
  for (;;) {
    BERTH_TRY(auto layer, core_.store.read(deadline, [&](meta::Tx& tx) -> base::Result<meta::Layer> {
      BERTH_TRY(const auto repository, find_repository(tx, ref));
      BERTH_TRY(auto found, tx.layers().find(repository.id, digest));
      if (found && found->archived) return layer_archived(ref, digest);
      if (found && found->blob.damaged) return layer_damaged(ref, digest);
      if (absent(found)) return blob_unknown(ref, digest);
      return *std::move(found);
    }));
    // The bytes may go between the look at metadata and the look into the store: then the row names others by now.
    if (missing == layer.blob.key) return quarantine(deadline, ref, layer.blob, "are missing");
    auto reader = core_.blobs.open(name_of(layer.blob), choose(layer.blob.size));
    if (!reader && reader.error().code == base::Errc::blob_unknown) {
      missing = layer.blob.key;
      continue;
    }
    if (!reader) return base::propagate(reader);
    // Metadata is the promise; bytes that do not keep it are never served.
    if ((*reader)->size() != layer.blob.size) return quarantine(deadline, ref, layer.blob, "are of another length");
    return OpenLayer{.layer = info(std::move(layer)), .reader = *std::move(reader)};
  }
}

// From now on it counts as absent, and the next push of it heals it.
std::unexpected<base::Error> LayerService::quarantine(const base::Deadline& deadline, const model::RepositoryRef& ref,
                                                      const meta::StoredBlob& blob, std::string_view what) {
  auto marked = core_.store.write(deadline, [&](meta::Tx& tx) { return tx.blobs().damaged(blob, core_.clock.now()); });
  if (!marked) {
    return base::fail(base::Errc::corrupt, "the stored bytes of " + blob.digest.text() + " " + std::string(what) +
                                               ", and that could not be noted: " + marked.error().message);
  }
  return layer_damaged(ref, blob.digest);
}

base::Result<LayerInfo> LayerService::require_download(const Scope& scope, const model::RepositoryRef& ref,
                                                       const model::Digest& digest) {
  BERTH_CHECK(core_.require(scope, auth::Action::get_download_url_for_layer, ref));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<LayerInfo> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(auto layer, tx.layers().find(repository.id, digest));
    if (layer && layer->archived) return layer_archived(ref, digest);
    if (layer && layer->blob.damaged) return layer_damaged(ref, digest);
    if (absent(layer)) return blob_unknown(ref, digest, base::Errc::layers_not_found);
    if (!layer->referenced) {
      return base::fail(base::Errc::layer_inaccessible,
                        "The layer with digest '" + digest.text() +
                            "' is not associated with an image in the repository with name '" + ref.name.text() +
                            "' in the registry with id '" + ref.registry.account.text() + "'");
    }
    return info(*std::move(layer));
  });
}

base::Result<Mounted> LayerService::mount(const Scope& scope, const model::RepositoryRef& ref,
                                          const model::Digest& digest,
                                          const std::optional<model::RepositoryName>& source) {
  BERTH_CHECK(core_.require(scope, auth::Action::initiate_layer_upload, ref));
  return push_to(core_, scope, ref, [&](const NewRepository* creation) -> base::Result<Mounted> {
    BERTH_TRY(const auto from, mount_source(scope, ref, digest, source, creation));
    if (!from) return Mounted::no;
    const auto now = core_.clock.now();
    // Asked before, since a transaction is no place for questions; so it is looked at again.
    return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<Mounted> {
      BERTH_TRY(const auto layer, tx.layers().find(from->id, digest));
      if (absent(layer) || layer->archived) return Mounted::no;
      BERTH_TRY(const auto target, find_or_make(tx, core_, ref, creation));
      BERTH_CHECK(tx.blobs().renew(digest, core_.lease()));
      BERTH_CHECK(tx.layers().link(target.id, digest, now));
      return Mounted::yes;
    });
  });
}

// A source is asked for whether it exists or not, so that the time of the answer says nothing either.
base::Result<std::optional<model::Repository>> LayerService::mount_source(
    const Scope& scope, const model::RepositoryRef& ref, const model::Digest& digest,
    const std::optional<model::RepositoryName>& source, const NewRepository* creation) {
  // How many holders an anonymous mount looks at. A blob that thousands of repositories hold is almost surely readable
  // through one of the first; if not, the client uploads it.
  constexpr std::size_t kHolders = 100;
  BERTH_TRY(auto candidates,
            core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<model::Repository>> {
              BERTH_TRY(auto there, tx.repositories().find(ref));
              if (!there && creation == nullptr) BERTH_CHECK(find_repository(tx, ref));
              const auto target = there ? *std::move(there) : creation->repository;
              BERTH_TRY(const auto mounting, value_of(tx, ref.registry, model::kBlobMounting));
              if (mounting != model::kBlobMounting.standard()) return std::vector<model::Repository>();
              std::vector<model::Repository> found;
              if (source) {
                BERTH_TRY(auto from, tx.repositories().find({ref.registry, *source}));
                if (from) found.push_back(*std::move(from));
              } else {
                BERTH_TRY(found, tx.layers().holders(ref.registry, digest, kHolders));
              }
              std::erase_if(found, [&](const auto& from) { return !encrypted_alike(from, target); });
              return found;
            }));
  const auto readable = [&](const model::RepositoryRef& from) {
    return core_.require(scope, auth::Action::get_download_url_for_layer, from).has_value();
  };
  if (source && !readable({ref.registry, *source})) return std::nullopt;
  const auto first = source ? candidates.begin() : std::ranges::find_if(candidates, readable, &model::Repository::ref);
  return first == candidates.end() ? std::nullopt : std::optional(*std::move(first));
}

base::Result<void> LayerService::remove(const Scope& scope, const model::RepositoryRef& ref,
                                        const model::Digest& digest) {
  BERTH_CHECK(core_.require(scope, auth::Action::batch_delete_image, ref));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto repository, find_repository(tx, ref));
    BERTH_TRY(const auto layer, tx.layers().find(repository.id, digest));
    if (!layer) return blob_unknown(ref, digest);
    if (layer->referenced) {
      return base::fail(base::Errc::layer_referenced,
                        "The layer with digest '" + digest.text() + "' cannot be deleted because an image holds it");
    }
    BERTH_CHECK(tx.layers().unlink(repository.id, digest));
    return {};
  });
}

}  // namespace berth::service
