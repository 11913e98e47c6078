// berth fsck
#include "service/fsck.h"

#include <unistd.h>

#include <cstdio>

#include "app/commands.h"
#include "app/interrupt.h"
#include "app/stores.h"
#include "json/writer.h"

namespace berth::app {
namespace {

void print_json(const service::FsckReport& report, bool whole) {
  json::Writer out;
  out.begin_object();
  out.key("complete");
  out.boolean(whole);
  out.key("blobs");
  out.integer(static_cast<std::int64_t>(report.blobs));
  out.key("bytes");
  out.integer(static_cast<std::int64_t>(report.bytes));
  out.key("findings");
  out.begin_array();
  for (const auto& finding : report.findings) {
    out.begin_object();
    out.key("digest");
    out.string(finding.digest);
    out.key("damage");
    out.string(name(finding.damage));
    out.key("detail");
    out.string(finding.detail);
    out.end_object();
  }
  out.end_array();
  out.key("moreFindings");
  out.integer(static_cast<std::int64_t>(report.more));
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

void print_text(const service::FsckReport& report, bool whole) {
  for (const auto& finding : report.findings) {
    std::printf("%s  %.*s  %s\n", finding.digest.c_str(), static_cast<int>(name(finding.damage).size()),
                name(finding.damage).data(), finding.detail.c_str());
  }
  if (report.more > 0) std::printf("... and %llu more\n", static_cast<unsigned long long>(report.more));
  std::printf("%llu blobs, %llu bytes read; %zu findings%s\n", static_cast<unsigned long long>(report.blobs),
              static_cast<unsigned long long>(report.bytes), report.findings.size(),
              whole ? "" : "; interrupted before the end");
}

}  // namespace

int fsck(const Invocation& invocation) {
  const auto& options = invocation.config.options;
  auto keys = auth::KeyRing::load(options.data);
  if (!keys) return failed(keys.error());
  const auto stores = open_stores(options, *std::move(keys));
  if (!stores) return failed(stores.error());
  const Interrupt interrupt;
  const bool live = isatty(STDERR_FILENO) != 0;
  const auto report =
      service::fsck(*stores->meta, *stores->blobs, *stores->archive, [&](const service::FsckReport& so_far) {
        if (live && so_far.blobs % 16 == 0) {
          std::fprintf(stderr, "\r%llu blobs, %llu MiB", static_cast<unsigned long long>(so_far.blobs),
                       static_cast<unsigned long long>(so_far.bytes >> 20));
        }
        return !interrupt.requested();
      });
  if (live) std::fputs("\r\033[K", stderr);
  if (!report) return failed(report.error());
  const bool whole = !interrupt.requested();
  if (invocation.json) {
    print_json(*report, whole);
  } else {
    print_text(*report, whole);
  }
  return report->lost() || !whole ? 1 : 0;
}

}  // namespace berth::app
