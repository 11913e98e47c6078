// berth gc status
#include <cstdio>
#include <string>

#include "app/commands.h"
#include "app/offline.h"
#include "json/writer.h"
#include "service/collection.h"

namespace berth::app {
namespace {

void print_json(const service::GarbageStatus& status) {
  json::Writer out;
  out.begin_object();
  const auto totals = [&](std::string_view name, const meta::FileTotals& of) {
    out.key(name);
    out.begin_object();
    out.key("blobs");
    out.integer(static_cast<std::int64_t>(of.files));
    out.key("bytes");
    out.integer(static_cast<std::int64_t>(of.bytes));
    out.end_object();
  };
  totals("stored", status.stored_hot);
  totals("archived", status.stored_archive);
  totals("unheld", status.leased);
  totals("garbage", status.dead);
  out.key("damaged");
  out.integer(static_cast<std::int64_t>(status.damaged));
  out.end_object();
  std::printf("%s\n", out.text().c_str());
}

void print_text(const service::GarbageStatus& status) {
  const auto line = [](const char* name, const meta::FileTotals& of, const char* meaning) {
    std::printf("%-9s %12llu blobs %16llu bytes  %s\n", name, static_cast<unsigned long long>(of.files),
                static_cast<unsigned long long>(of.bytes), meaning);
  };
  line("stored", status.stored_hot, "");
  line("archived", status.stored_archive, "");
  line("unheld", status.leased, "held by no image: collected once their lease is over");
  line("garbage", status.dead, "to be unlinked");
  if (status.damaged > 0) {
    std::printf("%llu of the stored blobs are damaged and not served; push them again, or see berth fsck\n",
                static_cast<unsigned long long>(status.damaged));
  }
}

}  // namespace

int gc_status(const Invocation& invocation) {
  const auto offline = Offline::open(invocation.config.options);
  if (!offline) return failed(offline.error());
  const auto status = service::garbage_status((*offline)->core());
  if (!status) return failed(status.error());
  if (invocation.json) {
    print_json(*status);
  } else {
    print_text(*status);
  }
  return 0;
}

}  // namespace berth::app
