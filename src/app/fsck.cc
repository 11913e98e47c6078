// berth fsck
#include "service/fsck.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "app/commands.h"
#include "app/interrupt.h"
#include "app/offline.h"
#include "base/text.h"
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
  out.key("images");
  out.integer(static_cast<std::int64_t>(report.images));
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
    out.key("repaired");
    out.boolean(finding.repaired);
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
    std::printf("%s  %.*s  %s%s\n", finding.digest.c_str(), static_cast<int>(name(finding.damage).size()),
                name(finding.damage).data(), finding.detail.c_str(), finding.repaired ? "  (repaired)" : "");
  }
  if (report.more > 0) std::printf("... and %llu more\n", static_cast<unsigned long long>(report.more));
  std::printf("%llu images, %llu blobs, %llu bytes read; %zu findings%s\n",
              static_cast<unsigned long long>(report.images), static_cast<unsigned long long>(report.blobs),
              static_cast<unsigned long long>(report.bytes), report.findings.size(),
              whole ? "" : "; interrupted before the end");
}

}  // namespace

int fsck(const Invocation& invocation) {
  const auto& options = invocation.config.options;
  service::FsckOptions wanted{.repair = invocation.has("--repair"), .sparse = options.registry.sparse_manifests};
  if (const auto rate = invocation.flag("--mib-per-second")) {
    const auto mib = base::parse_integer<std::uint32_t>(*rate);
    if (!mib || *mib == 0) {
      std::fputs("berth fsck: --mib-per-second needs a number above 0\n", stderr);
      return 2;
    }
    wanted.bytes_per_second = std::uint64_t{*mib} << 20;
  }
  const auto offline = Offline::open(options);
  if (!offline) return failed(offline.error());
  const Interrupt interrupt;
  const bool live = isatty(STDERR_FILENO) != 0;
  const auto& stores = (*offline)->stores();
  const service::BlobStores bytes{.hot = *stores.blobs, .cold = *stores.archive};
  auto shown = std::chrono::steady_clock::now();
  const auto report = service::fsck((*offline)->core(), bytes, wanted, [&](const service::FsckReport& so_far) {
    if (const auto now = std::chrono::steady_clock::now(); live && now - shown > std::chrono::milliseconds(200)) {
      shown = now;
      std::fprintf(stderr, "\r%llu images, %llu blobs, %llu MiB", static_cast<unsigned long long>(so_far.images),
                   static_cast<unsigned long long>(so_far.blobs), static_cast<unsigned long long>(so_far.bytes >> 20));
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
