#include "backup/restore.h"

#include <algorithm>

#include "backup/text_files.h"

namespace berth::backup {
namespace {

using base::Errc;
using base::fail;
using base::Result;

Result<std::unique_ptr<LineFile>> lines_of(const Folder& folder, const Manifest& manifest, std::string_view name,
                                           const FileMark& mark) {
  BERTH_TRY(auto file, folder.open_file(manifest.id, name, mark.size));
  return std::make_unique<LineFile>(std::move(file), mark);
}

Result<void> check_whole(const Folder& folder, const Manifest& manifest) {
  BERTH_TRY(const auto metadata, lines_of(folder, manifest, kMetadataFile, manifest.metadata));
  for (;;) {
    BERTH_TRY(const auto line, metadata->line());
    if (!line) break;
  }
  BERTH_TRY(const auto list, lines_of(folder, manifest, kBlobListFile, manifest.blob_list));
  std::uint64_t blobs = 0;
  for (;;) {
    BERTH_TRY(const auto line, list->line());
    if (!line) break;
    BERTH_TRY(const auto listed, ListedBlob::parse(*line));
    ++blobs;
    if (std::ranges::binary_search(manifest.missing, listed.blob.digest.text())) continue;
    BERTH_TRY(const bool there, folder.has_blob(listed.blob.digest, listed.blob.size));
    if (!there) {
      return fail(Errc::corrupt, "the backup is damaged: the bytes of " + listed.blob.digest.text() +
                                     " are missing or of another length");
    }
  }
  if (blobs != manifest.blobs) return fail(Errc::corrupt, "the backup is damaged: it names another number of blobs");
  return {};
}

class Run {
 public:
  Run(const Folder& folder, const Manifest& manifest, const RestoreTarget& target, const RestoreProgress& progress,
      RestoreReport& report)
      : folder_(folder), manifest_(manifest), target_(target), progress_(progress), report_(report) {}

  Result<void> all() {
    BERTH_CHECK(check_whole(folder_, manifest_));
    report_.blobs = manifest_.blobs;
    BERTH_TRY(const auto list, lines_of(folder_, manifest_, kBlobListFile, manifest_.blob_list));
    for (;;) {
      BERTH_TRY(const auto line, list->line());
      if (!line) break;
      BERTH_CHECK(go_on());
      BERTH_TRY(const auto listed, ListedBlob::parse(*line));
      BERTH_CHECK(bring(listed.blob));
    }
    if (target_.loaded) return target_.store.migrate();
    return target_.store.load({}, [&]() -> Result<std::unique_ptr<meta::DumpSource>> {
      BERTH_TRY(auto lines, lines_of(folder_, manifest_, kMetadataFile, manifest_.metadata));
      return lines;
    });
  }

 private:
  Result<void> go_on() const {
    if (progress_(report_)) return {};
    return fail(Errc::deadline_exceeded, "interrupted before the end");
  }

  Result<void> bring(const meta::StoredBlob& blob) {
    auto& store = blob.place == meta::Place::hot ? target_.hot : target_.cold;
    const blob::BlobName name{.digest = blob.digest, .key = blob.key};
    BERTH_TRY(const auto there, store.stat(name));
    if (there && there->size == blob.size) {
      ++report_.present;
      return {};
    }
    if (std::ranges::binary_search(manifest_.missing, blob.digest.text())) {
      ++report_.missing;
      return {};
    }
    BERTH_TRY(const auto reader, folder_.open_blob(blob.digest));
    if (!reader) return fail(Errc::corrupt, "the backup is damaged: there are no bytes of " + blob.digest.text());
    BERTH_TRY(const auto writer, store.create(crypto::random_uuid(target_.random), blob.digest.algorithm()));
    auto written = write(*writer, *reader, name);
    if (!written) {
      BERTH_CHECK(writer->discard());
      if (written.error().code != Errc::layer_digest_mismatch) return written;
      return fail(Errc::corrupt, "the backup is damaged: the bytes of " + blob.digest.text() + " are others");
    }
    ++report_.restored;
    return {};
  }

  Result<void> write(blob::BlobWriter& writer, blob::BlobReader& reader, const blob::BlobName& name) {
    BERTH_CHECK(layout::copy(
        reader, name.digest.algorithm(), [&](base::Bytes piece) { return writer.append(piece); },
        [&](std::uint64_t n) -> Result<void> {
          report_.restored_bytes += n;
          return go_on();
        }));
    BERTH_CHECK(writer.commit(name));
    return {};
  }

  const Folder& folder_;
  const Manifest& manifest_;
  const RestoreTarget& target_;
  const RestoreProgress& progress_;
  RestoreReport& report_;
};

}  // namespace

Result<void> restore(const Folder& folder, const Manifest& manifest, const RestoreTarget& target,
                     const RestoreProgress& progress, RestoreReport& report) {
  return Run(folder, manifest, target, progress, report).all();
}

}  // namespace berth::backup
