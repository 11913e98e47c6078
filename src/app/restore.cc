// berth restore: a data folder, and a database, out of a backup.
#include "backup/restore.h"

#include <fcntl.h>

#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/interrupt.h"
#include "app/live_line.h"
#include "app/offline.h"
#include "blob/local/disk.h"
#include "crypto/hash.h"
#include "json/writer.h"

namespace berth::app {
namespace {

using backup::Manifest;
using backup::RestoreReport;
using base::Errc;
using base::fail;
using base::Result;
namespace disk = blob::local;

Result<Manifest> chosen(const backup::Folder& folder, const std::optional<std::string>& id) {
  if (id) return folder.manifest(*id);
  BERTH_TRY(const auto ids, folder.snapshots());
  if (ids.empty()) return fail(Errc::corrupt, "the backup has no complete snapshot");
  return folder.manifest(ids.back());
}

// Its bytes: those of --key, or of the backup.
Result<std::string> key_of(const backup::Folder& folder, const Manifest& manifest,
                           const std::optional<std::string>& path) {
  std::string key;
  if (path) {
    BERTH_TRY(key, read_file(*path));
  } else if (manifest.key_sha256.empty()) {
    return fail(Errc::invalid_parameter, "the backup was made without master.key: give it by --key FILE");
  } else {
    BERTH_TRY(const auto file, folder.open_file(manifest.id, backup::kKeyFile, 32));
    BERTH_TRY(key, layout::read_all(*file, 32));
  }
  BERTH_CHECK(auth::KeyRing::from_bytes(key));
  if (!manifest.key_sha256.empty() && crypto::sha256_hex(base::as_bytes(key)) != manifest.key_sha256) {
    return fail(Errc::corrupt, path ? "--key: it is not the key of this backup" : "the backup's master.key is damaged");
  }
  return key;
}

// The data folder: an empty one, or one into which the same was being restored.
struct Target {
  base::File folder;
  bool again = false;
};
Result<Target> open_target(const std::string& path, const std::string& snapshot) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  base::File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (error || !folder) return fail(Errc::unavailable, "cannot make the folder " + path);
  const auto marker = read_file(path + "/" + std::string(kRestoring));
  if (marker && *marker != snapshot + "\n") {
    return fail(Errc::conflict, path + " holds half of another snapshot; begin with an empty folder");
  }
  if (!marker && !std::filesystem::is_empty(path, error)) return fail(Errc::conflict, path + " is not empty");
  return Target{.folder = std::move(folder), .again = marker.has_value()};
}

Result<void> require_empty_folder(const std::string& path) {
  std::error_code error;
  if (path.empty() || !std::filesystem::exists(path, error) || std::filesystem::is_empty(path, error)) return {};
  return fail(Errc::conflict, path + " is not empty");
}

// What lies outside of the data folder. Looked at before anything is written.
Result<void> require_empty(const config::Options& options) {
  BERTH_CHECK(require_empty_folder(options.blobs.path));
  BERTH_CHECK(require_empty_folder(options.archive.path));
  if (options.db.empty()) return {};
  BERTH_TRY(const auto database, open_database(options));
  BERTH_TRY(const bool empty, meta::Store(*database).empty());
  return empty ? Result<void>() : fail(Errc::conflict, "the database is not empty");
}

void print(const Invocation& invocation, const Manifest& manifest, const RestoreReport& report) {
  if (!invocation.json) {
    std::printf("snapshot %s of %s: %llu blobs, %llu of them brought now; next: berth fsck, berth serve\n",
                manifest.id.c_str(), manifest.created.c_str(), static_cast<unsigned long long>(report.blobs),
                static_cast<unsigned long long>(report.restored));
    if (report.missing > 0) {
      std::printf("%llu blobs are missing in the backup\n", static_cast<unsigned long long>(report.missing));
    }
    return;
  }
  json::Writer out;
  out.begin_object();
  for (const auto& [name, text] : {std::pair<std::string_view, std::string_view>{"snapshot", manifest.id},
                                   {"created", manifest.created},
                                   {"accountId", manifest.account},
                                   {"region", manifest.region}}) {
    out.key(name);
    out.string(text);
  }
  for (const auto& [name, value] : {std::pair<std::string_view, std::uint64_t>{"blobs", report.blobs},
                                    {"restored", report.restored},
                                    {"restoredBytes", report.restored_bytes},
                                    {"present", report.present},
                                    {"missing", report.missing}}) {
    out.key(name);
    out.integer(static_cast<std::int64_t>(value));
  }
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

Result<void> run(const Invocation& invocation, const Interrupt& interrupt, RestoreReport& report) {
  const auto& options = invocation.config.options;
  if (invocation.operands.size() != 1) {
    return fail(Errc::invalid_parameter, "usage: berth restore FOLDER [--snapshot ID] [--key FILE] --data FOLDER");
  }
  BERTH_TRY(const auto folder, backup::Folder::open_to_read(invocation.operands[0]));
  BERTH_TRY(const auto manifest, chosen(folder, invocation.flag("--snapshot")));
  BERTH_TRY(const auto key, key_of(folder, manifest, invocation.flag("--key")));
  BERTH_TRY(const auto target, open_target(options.data, manifest.id));
  if (!target.again) BERTH_CHECK(require_empty(options));
  BERTH_CHECK(disk::replace_file(target.folder, std::string(kRestoring), manifest.id + "\n"));
  BERTH_TRY(const auto database, open_database(options));
  meta::Store store(*database);
  BERTH_TRY(const bool empty, store.empty());
  BERTH_TRY(const auto blobs, open_blobs(options));
  BERTH_CHECK(disk::replace_file(target.folder, std::string(auth::kMasterKeyFile), key));
  crypto::SystemRandom random;
  LiveLine line;
  auto done = backup::restore(
      folder, manifest, {.store = store, .hot = *blobs.hot, .cold = *blobs.cold, .random = random, .loaded = !empty},
      [&](const RestoreReport& so_far) {
        line.show([&] {
          return std::to_string(so_far.restored + so_far.present) + " of " + std::to_string(so_far.blobs) + " blobs, " +
                 std::to_string(so_far.restored_bytes >> 20) + " MiB";
        });
        if (interrupt.requested()) report.whole = false;
        return report.whole;
      },
      report);
  line.clear();
  BERTH_CHECK(std::move(done));
  BERTH_CHECK(disk::unlink_at(target.folder.fd(), std::string(kRestoring)));
  BERTH_CHECK(disk::sync_folder(target.folder));
  print(invocation, manifest, report);
  return {};
}

}  // namespace

int restore_backup(const Invocation& invocation) {
  const Interrupt interrupt;
  RestoreReport report;
  const auto outcome = run(invocation, interrupt, report);
  if (outcome) return 0;
  if (!report.whole) {
    std::fputs("berth: interrupted before the end; the same command goes on\n", stderr);
    return 1;
  }
  return failed(outcome.error());
}

}  // namespace berth::app
