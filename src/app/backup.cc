// berth backup: a consistent copy of everything, beside a running server.
#include "backup/backup.h"

#include <cstdio>

#include "app/commands.h"
#include "app/interrupt.h"
#include "app/live_line.h"
#include "app/offline.h"
#include "app/version.h"
#include "base/text.h"
#include "json/writer.h"

namespace berth::app {
namespace {

using backup::BackupReport;
using base::Result;
using Count = unsigned long long;

void print_json(const BackupReport& report, const Result<void>& outcome) {
  json::Writer out;
  out.begin_object();
  out.key("complete");
  out.boolean(!report.snapshot.empty());
  out.key("snapshot");
  out.string(report.snapshot);
  for (const auto& [name, value] : {std::pair<std::string_view, std::uint64_t>{"blobs", report.blobs},
                                    {"bytes", report.bytes},
                                    {"copied", report.copied},
                                    {"copiedBytes", report.copied_bytes},
                                    {"removedSnapshots", report.removed_snapshots},
                                    {"removedBlobs", report.removed_blobs}}) {
    out.key(name);
    out.integer(static_cast<std::int64_t>(value));
  }
  out.key("missing");
  out.begin_array();
  for (const auto& each : report.missing) {
    out.begin_object();
    out.key("digest");
    out.string(each.digest);
    out.key("reason");
    out.string(each.reason);
    out.end_object();
  }
  out.end_array();
  if (!outcome) {
    out.key("error");
    out.string(outcome.error().message);
  }
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

void print_text(const BackupReport& report, bool with_key) {
  for (const auto& each : report.missing) std::printf("%s  %s\n", each.digest.c_str(), each.reason.c_str());
  if (report.snapshot.empty()) return;
  std::printf(
      "snapshot %s: metadata with its small blobs, and %llu others with %llu bytes, of which %llu with %llu bytes were "
      "copied now\n",
      report.snapshot.c_str(), Count{report.blobs}, Count{report.bytes}, Count{report.copied},
      Count{report.copied_bytes});
  if (report.removed_snapshots + report.removed_blobs > 0) {
    std::printf("%llu older snapshots and %llu blobs that only they had were removed\n",
                Count{report.removed_snapshots}, Count{report.removed_blobs});
  }
  std::puts(with_key ? "it contains master.key: whoever reads it has every secret of this registry"
                     : "it does not contain master.key: keep that elsewhere, without it nobody can log in again");
}

Result<std::size_t> keep_of(const Invocation& invocation) {
  const auto text = invocation.flag("--keep");
  if (!text) return 0U;
  const auto keep = base::parse_integer<std::size_t>(*text);
  if (!keep || *keep == 0) return base::fail(base::Errc::invalid_parameter, "--keep: a whole number from 1 on");
  return *keep;
}

Result<void> run(const Invocation& invocation, const Interrupt& interrupt, BackupReport& report) {
  const auto& options = invocation.config.options;
  if (invocation.operands.size() != 1) {
    return base::fail(base::Errc::invalid_parameter,
                      "usage: berth backup FOLDER [--without-key] [--verify] [--keep N] [--allow-missing]");
  }
  BERTH_TRY(const auto keep, keep_of(invocation));
  BERTH_TRY(const auto offline, Offline::open(options));
  std::string key;
  if (!invocation.has("--without-key")) {
    BERTH_TRY(key, read_file(options.data + "/" + std::string(auth::kMasterKeyFile)));
  }
  BERTH_TRY(auto folder, backup::Folder::open_to_write(invocation.operands[0]));
  crypto::SystemRandom random;
  base::NullLog log;
  const backup::Registry registry{.store = *offline->stores().meta,
                                  .hot = *offline->stores().blobs,
                                  .cold = *offline->stores().archive,
                                  .clock = offline->clock(),
                                  .random = random,
                                  .log = log,
                                  .key = std::move(key),
                                  .program = kVersion,
                                  .account = options.registry.account,
                                  .region = options.registry.region};
  LiveLine line;
  auto done = backup::back_up(
      registry, folder,
      {.allow_missing = invocation.has("--allow-missing"), .verify = invocation.has("--verify"), .keep = keep},
      [&](const BackupReport& so_far) {
        line.show([&] {
          return std::to_string(so_far.copied) + " of " + std::to_string(so_far.blobs) + " blobs copied, " +
                 std::to_string(so_far.read_bytes >> 20) + " MiB read";
        });
        if (interrupt.requested()) report.whole = false;
        return report.whole;
      },
      report);
  line.clear();
  return done;
}

}  // namespace

int make_backup(const Invocation& invocation) {
  const Interrupt interrupt;
  BackupReport report;
  const auto outcome = run(invocation, interrupt, report);
  if (invocation.json) {
    print_json(report, outcome);
  } else {
    print_text(report, !invocation.has("--without-key"));
  }
  if (outcome) return 0;
  if (!report.whole) {
    std::fputs("berth: interrupted before the end; there is no new snapshot, and the same command goes on\n", stderr);
    return 1;
  }
  return failed(outcome.error());
}

}  // namespace berth::app
