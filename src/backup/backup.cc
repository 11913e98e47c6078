#include "backup/backup.h"

#include <array>

#include "backup/hold.h"
#include "backup/prune.h"
#include "backup/text_files.h"
#include "base/ids.h"
#include "crypto/hash.h"

namespace berth::backup {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kMaxMissing = 10'000;

// Metadata and the list of blobs, of one moment.
class Snapshot final : public meta::DumpSink {
 public:
  Snapshot(TextFile& metadata, TextFile& list) : metadata_(metadata), list_(list) {}

  Result<void> begin() override {
    blobs = bytes = 0;
    BERTH_CHECK(metadata_.restart());
    return list_.restart();
  }
  Result<void> line(std::string_view text) override {
    BERTH_CHECK(metadata_.append(text));
    return metadata_.append("\n");
  }
  Result<void> blob(const meta::StoredBlob& blob) override {
    ++blobs;
    bytes += blob.size;
    return list_.append(ListedBlob{blob}.text() + "\n");
  }

  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;

 private:
  TextFile& metadata_;
  TextFile& list_;
};

class Run {
 public:
  Run(const Registry& registry, Folder& folder, const BackupOptions& options, const BackupProgress& progress,
      BackupReport& report)
      : registry_(registry), folder_(folder), options_(options), progress_(progress), report_(report) {}

  Result<void> all();

 private:
  Result<void> go_on() const {
    if (progress_(report_)) return {};
    return fail(Errc::deadline_exceeded, "interrupted before the end");
  }
  Result<Manifest> dump(const base::File& snapshot);
  Result<void> copy_blobs(const Manifest& manifest, const std::string& partial);
  Result<void> copy(const meta::StoredBlob& blob);
  Result<bool> good(const meta::StoredBlob& blob);
  Result<void> write_key(const base::File& snapshot, Manifest& manifest) const;

  const Registry& registry_;
  Folder& folder_;
  const BackupOptions& options_;
  const BackupProgress& progress_;
  BackupReport& report_;
};

Result<Manifest> Run::dump(const base::File& snapshot) {
  BERTH_TRY(const auto metadata, TextFile::create(snapshot.fd(), std::string(kMetadataFile)));
  BERTH_TRY(const auto list, TextFile::create(snapshot.fd(), std::string(kBlobListFile)));
  Snapshot sink(*metadata, *list);
  const auto now = registry_.clock.now();
  BERTH_CHECK(registry_.store.dump({}, sink));
  BERTH_TRY(const auto metadata_mark, metadata->finish());
  BERTH_TRY(const auto list_mark, list->finish());
  report_.blobs = sink.blobs;
  report_.bytes = sink.bytes;
  return Manifest{.created = base::to_rfc3339(now),
                  .program = registry_.program,
                  .account = registry_.account,
                  .region = registry_.region,
                  .metadata = metadata_mark,
                  .blob_list = list_mark,
                  .blobs = sink.blobs,
                  .bytes = sink.bytes};
}

// Whether the backup has these bytes.
Result<bool> Run::good(const meta::StoredBlob& blob) {
  BERTH_TRY(const bool there, folder_.has_blob(blob.digest, blob.size));
  if (!there || !options_.verify) return there;
  BERTH_TRY(const auto reader, folder_.open_blob(blob.digest));
  if (!reader) return false;
  const auto nowhere = [](base::Bytes) { return Result<void>(); };
  const auto found = layout::copy(*reader, blob.digest.algorithm(), nowhere, [&](std::uint64_t n) -> Result<void> {
    report_.read_bytes += n;
    return go_on();
  });
  if (!found && found.error().code == Errc::deadline_exceeded) return std::unexpected(found.error());
  return found && *found == blob.digest;
}

Result<void> Run::copy(const meta::StoredBlob& blob) {
  auto& store = blob.place == meta::Place::hot ? registry_.hot : registry_.cold;
  BERTH_TRY(const auto reader, store.open({.digest = blob.digest, .key = blob.key}));
  BERTH_CHECK(folder_.put_blob(blob.digest, blob.size, *reader, [&](std::uint64_t n) -> Result<void> {
    report_.read_bytes += n;
    return go_on();
  }));
  ++report_.copied;
  report_.copied_bytes += blob.size;
  return {};
}

Result<void> Run::copy_blobs(const Manifest& manifest, const std::string& partial) {
  BERTH_TRY(auto file, folder_.open_file(partial, kBlobListFile, manifest.blob_list.size));
  LineFile list(std::move(file), manifest.blob_list);
  for (;;) {
    BERTH_TRY(const auto line, list.line());
    if (!line) break;
    BERTH_CHECK(go_on());
    BERTH_TRY(const auto listed, ListedBlob::parse(*line));
    BERTH_TRY(const bool there, good(listed.blob));
    if (there) continue;
    auto copied = copy(listed.blob);
    if (copied) continue;
    const auto code = copied.error().code;
    if (code != Errc::blob_unknown && code != Errc::corrupt) return copied;
    if (report_.missing.size() >= kMaxMissing) return fail(Errc::corrupt, "too many blobs cannot be had");
    report_.missing.push_back({.digest = listed.blob.digest.text(), .reason = std::move(copied).error().message});
  }
  if (report_.missing.empty() || options_.allow_missing) return {};
  return fail(Errc::corrupt, "the bytes of " + std::to_string(report_.missing.size()) +
                                 " blobs cannot be had, so there is no backup; see `berth fsck`, or leave them out by "
                                 "--allow-missing");
}

Result<void> Run::write_key(const base::File& snapshot, Manifest& manifest) const {
  if (registry_.key.empty()) return {};
  BERTH_TRY(const auto file, TextFile::create(snapshot.fd(), std::string(kKeyFile)));
  BERTH_CHECK(file->append(registry_.key));
  BERTH_TRY(const auto mark, file->finish());
  manifest.key_sha256 = mark.sha256;
  return {};
}

Result<void> Run::all() {
  Hold hold(registry_.store, registry_.clock, registry_.log);
  std::array<std::byte, 10> entropy{};
  registry_.random.fill(entropy);
  const auto id = base::ulid(registry_.clock.now(), entropy);
  BERTH_CHECK(hold.take(id));
  BERTH_TRY(const auto snapshot, folder_.begin_snapshot(id));
  BERTH_TRY(auto manifest, dump(snapshot));
  manifest.id = id;
  BERTH_CHECK(copy_blobs(manifest, id + std::string(kPartial)));
  for (const auto& missing : report_.missing) manifest.missing.push_back(missing.digest);
  BERTH_CHECK(folder_.sync_blobs());
  BERTH_CHECK(write_key(snapshot, manifest));
  BERTH_CHECK(folder_.complete_snapshot(snapshot, manifest));
  report_.snapshot = id;
  BERTH_CHECK(hold.release());
  if (options_.keep == 0) return {};
  BERTH_TRY(const auto pruned, prune(folder_, options_.keep));
  report_.removed_snapshots = pruned.snapshots;
  report_.removed_blobs = pruned.blobs;
  return {};
}

}  // namespace

Result<void> back_up(const Registry& registry, Folder& folder, const BackupOptions& options,
                     const BackupProgress& progress, BackupReport& report) {
  return Run(registry, folder, options, progress, report).all();
}

}  // namespace berth::backup
