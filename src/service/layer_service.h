// Layers of a repository, and the uploads that make them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "blob/blob_store.h"
#include "meta/layers.h"
#include "meta/uploads.h"
#include "model/digest.h"
#include "model/repository.h"
#include "service/core.h"

namespace berth::service {

struct LayerInfo {
  model::Digest digest;
  std::uint64_t size = 0;
  std::optional<std::string> media_type;  // known once an image holds the layer
  bool archived = false;                  // only archived images of the repository hold it: its bytes are not to be had
};

struct UploadStatus {
  std::string id;
  std::uint64_t size = 0;
};

// Chooses a part of a layer once its size is known.
using ChooseRange = std::function<blob::ByteRange(std::uint64_t size)>;

struct OpenLayer {
  LayerInfo layer;
  std::unique_ptr<blob::BlobReader> reader;
};

// An upload that is being written by one request. Not thread-safe. Dropping it without keep() or complete() forgets
// what this request wrote and leaves the upload where it was. After complete() or discard() only drop it.
//
// As long as all of it is at most Limits::blob_in_metadata, the bytes are in hand, then in the upload's row, and in the
// end a row of their own: the store never hears of them. Of two requests that write at once such an upload is moved on
// by the first that keeps its bytes. A larger one is a file that one request has at a time.
class UploadWriter {
 public:
  // Whether the upload is known to metadata, or lives and dies with this writer.
  enum class Life : std::uint8_t { session, one_request };

  UploadWriter(const Core& core, model::Repository repository, meta::Upload upload, Life life);
  UploadWriter(const UploadWriter&) = delete;
  UploadWriter& operator=(const UploadWriter&) = delete;
  ~UploadWriter();

  // If it has bytes in the store, or would not be small with its next one: takes them over. Once, before anything else.
  // upload_busy: another request has them. upload_not_found: it was cancelled meanwhile.
  base::Result<void> open();
  std::uint64_t size() const { return writer_ ? writer_->size() : upload_.bytes.size(); }
  // payload_too_large over the layer limit; upload_busy and upload_not_found, as open(). storage_full: what was not
  // acknowledged of the upload has been dropped, so that it does not hold the space; only drop the writer.
  base::Result<void> write(base::Bytes bytes);
  // Makes what was written durable and part of the upload. upload_not_found, and the bytes are dropped, if it was
  // cancelled, expired or went with its repository meanwhile. upload_busy if another request moved it on.
  base::Result<UploadStatus> keep();
  // Turns the upload into a layer of the repository. layer_digest_mismatch (the upload is discarded), upload_not_found.
  base::Result<LayerInfo> complete(const model::Digest& expected);
  base::Result<void> discard();  // the upload and its bytes
  model::Digest digest() const;  // of the bytes so far
  const meta::Upload& upload() const { return upload_; }
  void count_part(std::uint64_t bytes);  // UploadLayerPart's bookkeeping; keep() stores it

 private:
  bool fresh() const;
  base::Result<std::unique_ptr<blob::BlobWriter>> claim() const;
  base::Result<void> take();
  base::Result<void> append(base::Bytes bytes);
  base::Result<blob::BlobName> store(const model::Digest& expected);
  void give_back();

  const Core& core_;
  model::Repository repository_;
  meta::Upload upload_;  // `bytes`: also those that are not kept yet
  Life life_;
  std::unique_ptr<blob::BlobWriter> writer_;  // none: all bytes are in upload_
};

// One part of an UploadLayerPart call.
struct LayerPart {
  model::RepositoryRef repository;
  std::string upload;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::string bytes;
};

struct NewRepository;

enum class Mounted : bool { no, yes };
enum class Carries : bool { nothing, bytes };  // what comes with a request

// Stateless; safe from any thread; `core` outlives it. Every method: access_denied, repository_not_found,
// deadline_exceeded, unavailable.
class LayerService {
 public:
  explicit LayerService(const Core& core) : core_(core) {}

  // --- uploads ---
  // What begins one, and mount(), make the repository if it is not there and a push may do that
  // (repository_creation.h).
  base::Result<UploadStatus> start(const Scope& scope, const model::RepositoryRef& ref,
                                   model::DigestAlgorithm algorithm);  // InitiateLayerUpload
  base::Result<UploadStatus> status(const Scope& scope, const model::RepositoryRef& ref, const std::string& upload);
  base::Result<void> cancel(const Scope& scope, const model::RepositoryRef& ref, const std::string& upload);
  // UploadLayerPart of the OCI door. `first`: where the client says the bytes go; upload_range if that is not the end.
  // The returned writer needs no further permission to keep(). upload_not_found, upload_busy.
  base::Result<std::unique_ptr<UploadWriter>> append(const Scope& scope, const model::RepositoryRef& ref,
                                                     const std::string& upload, std::optional<std::uint64_t> first);
  // CompleteLayerUpload of the OCI door, whose request may carry the last bytes, which is UploadLayerPart as well:
  // write them, then complete().
  base::Result<std::unique_ptr<UploadWriter>> finish(const Scope& scope, const model::RepositoryRef& ref,
                                                     const std::string& upload, std::optional<std::uint64_t> first,
                                                     model::DigestAlgorithm algorithm, Carries carries);
  // POST ?digest=: start and finish in one request.
  base::Result<std::unique_ptr<UploadWriter>> upload_at_once(const Scope& scope, const model::RepositoryRef& ref,
                                                             model::DigestAlgorithm algorithm);

  // UploadLayerPart. upload_range (details: lastValidByteReceived), limit_exceeded.
  base::Result<UploadStatus> put_part(const Scope& scope, const LayerPart& part);
  // CompleteLayerUpload. layer_exists, layer_digest_mismatch, upload_empty, layer_part_too_small.
  base::Result<LayerInfo> complete(const Scope& scope, const model::RepositoryRef& ref, const std::string& upload,
                                   const std::vector<model::Digest>& digests);

  // --- layers ---
  // HEAD of a blob, one of BatchCheckLayerAvailability. nullopt: this repository does not have it.
  base::Result<std::vector<std::optional<LayerInfo>>> check(const Scope& scope, const model::RepositoryRef& ref,
                                                            const std::vector<model::Digest>& digests);
  // HEAD of a blob by whoever may read it, which is enough in a public registry.
  base::Result<std::optional<LayerInfo>> find(const Scope& scope, const model::RepositoryRef& ref,
                                              const model::Digest& digest);
  // GET of a blob: blob_unknown, layer_inaccessible (archived, or damaged).
  base::Result<OpenLayer> open(const Scope& scope, const model::RepositoryRef& ref, const model::Digest& digest,
                               const ChooseRange& choose);
  // GetDownloadUrlForLayer, up to the URL itself: layers_not_found, layer_inaccessible.
  base::Result<LayerInfo> require_download(const Scope& scope, const model::RepositoryRef& ref,
                                           const model::Digest& digest);
  // The bytes behind a download URL, whose signature is the permission. blob_unknown if it is gone meanwhile.
  base::Result<OpenLayer> open_signed(const base::Deadline& deadline, const model::RepositoryRef& ref,
                                      const model::Digest& digest, const ChooseRange& choose);
  // Mount from `source`, or without one from any repository of the registry that the caller may read. Not there, in the
  // archive, encrypted otherwise, not readable, or mounting is disabled by the account setting: Mounted::no, with
  // nothing said about which.
  base::Result<Mounted> mount(const Scope& scope, const model::RepositoryRef& ref, const model::Digest& digest,
                              const std::optional<model::RepositoryName>& source);
  base::Result<void> remove(const Scope& scope, const model::RepositoryRef& ref,
                            const model::Digest& digest);  // blob_unknown, layer_referenced

  // Drops uploads past their expiry, a few at a time; returns how many. For the background loop.
  base::Result<std::size_t> expire_uploads(std::size_t limit);
  // Writes down what begun uploads there are only in memory. After the last request.
  base::Result<void> settle(const base::Deadline& deadline);
  // Drops bytes of uploads that metadata does not know (their repository was deleted, or a request that had no session
  // died with its process), once nothing came for as long as an upload lives; returns how many. For the background
  // loop.
  base::Result<std::size_t> sweep_uploads();

 private:
  base::Result<model::Repository> repository_of_push(const Scope& scope, const model::RepositoryRef& ref,
                                                     const NewRepository* creation);
  base::Result<std::unique_ptr<UploadWriter>> open_upload(const Scope& scope, const model::RepositoryRef& ref,
                                                          const std::string& upload, std::optional<std::uint64_t> first,
                                                          std::optional<model::DigestAlgorithm> algorithm);
  base::Result<std::optional<model::Repository>> mount_source(const Scope& scope, const model::RepositoryRef& ref,
                                                              const model::Digest& digest,
                                                              const std::optional<model::RepositoryName>& source,
                                                              const NewRepository* creation);
  using Found = std::vector<std::optional<LayerInfo>>;
  base::Result<Found> look(const Scope& scope, const model::RepositoryRef& ref,
                           const std::vector<model::Digest>& digests);
  std::unexpected<base::Error> quarantine(const base::Deadline& deadline, const model::RepositoryRef& ref,
                                          const meta::StoredBlob& blob, std::string_view what);
  base::Result<OpenLayer> open_found(const base::Deadline& deadline, const model::RepositoryRef& ref,
                                     const model::Digest& digest, const ChooseRange& choose);

  const Core& core_;
};

}  // namespace berth::service
