#include "app/transfer.h"

#include <cstdio>

#include "app/commands.h"
#include "json/writer.h"

namespace berth::app {
namespace {

using Count = unsigned long long;

void print_json(const transfer::Report& report, const base::Result<void>& outcome) {
  json::Writer out;
  out.begin_object();
  out.key("complete");
  out.boolean(report.whole && outcome.has_value());
  for (const auto& [name, value] : {std::pair<std::string_view, std::uint64_t>{"repositories", report.repositories},
                                    {"images", report.images},
                                    {"imagesPresent", report.images_present},
                                    {"layers", report.layers},
                                    {"layersPresent", report.layers_present},
                                    {"bytes", report.bytes},
                                    {"absent", report.absent},
                                    {"left", report.left},
                                    {"moreFailures", report.more}}) {
    out.key(name);
    out.integer(static_cast<std::int64_t>(value));
  }
  out.key("failures");
  out.begin_array();
  for (const auto& failure : report.failures) {
    out.begin_object();
    out.key("repositoryName");
    out.string(failure.repository);
    out.key("image");
    out.string(failure.image);
    out.key("reason");
    out.string(failure.error.message);
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

void print_text(const transfer::Report& report, std::string_view done) {
  for (const auto& failure : report.failures) {
    std::printf("%s %s: %s\n", failure.repository.c_str(), failure.image.c_str(), failure.error.message.c_str());
  }
  if (report.more > 0) std::printf("... and %llu more\n", Count{report.more});
  std::printf("%llu images %.*s, %llu were there; %llu layers with %llu bytes, %llu were there\n", Count{report.images},
              static_cast<int>(done.size()), done.data(), Count{report.images_present}, Count{report.layers},
              Count{report.bytes}, Count{report.layers_present});
  if (report.absent > 0) std::printf("%llu parts that images name are on neither side\n", Count{report.absent});
  if (report.left > 0) std::printf("%llu images that nothing names were left\n", Count{report.left});
  if (!report.failures.empty()) std::printf("%llu failed\n", Count{report.failures.size() + report.more});
  if (!report.whole) std::puts("interrupted before the end; the same command goes on");
}

}  // namespace

base::Result<std::unique_ptr<Carrier>> Carrier::open(const config::Options& options) {
  BERTH_TRY(auto registry, default_registry(options));
  BERTH_TRY(auto offline, Offline::open(options));
  return std::unique_ptr<Carrier>(new Carrier(std::move(offline), std::move(registry)));
}

Carrier::Carrier(std::unique_ptr<Offline> offline, model::RegistryRef registry)
    : offline_(std::move(offline)),
      registry_(std::move(registry)),
      exclusions_(offline_->core().store, offline_->clock()),
      pulls_(offline_->core().store, offline_->clock(), exclusions_, metrics_),
      repositories_(offline_->core()),
      layers_(offline_->core()),
      images_(offline_->core(), pulls_) {}

std::string line_of(const transfer::Report& report) {
  return std::to_string(report.images) + " images, " + std::to_string(report.layers) + " layers, " +
         std::to_string(report.bytes >> 20) + " MiB; " + std::to_string(report.layers_present) + " layers were there";
}

int finish(const transfer::Report& report, const base::Result<void>& outcome, bool json, std::string_view done) {
  const bool broken = !outcome && report.whole;  // an interruption is no error
  if (json) {
    print_json(report, broken ? outcome : base::Result<void>());
  } else {
    print_text(report, done);
  }
  if (broken) return failed(outcome.error());
  return report.good() ? 0 : 1;
}

}  // namespace berth::app
