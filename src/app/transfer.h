// What `berth import` and `berth export` share: the services of one command, and how a report is shown.
#pragma once

#include <memory>
#include <string>

#include "app/interrupt.h"
#include "app/live_line.h"
#include "app/offline.h"
#include "base/metrics.h"
#include "service/pull_exclusions.h"
#include "service/pull_recorder.h"
#include "transfer/importer.h"

namespace berth::app {

// One owner, which is the command.
class Carrier {
 public:
  // As the account whose registry registry.account and registry.region say.
  static base::Result<std::unique_ptr<Carrier>> open(const config::Options& options);

  transfer::Services services() {
    return {.core = offline_->core(),
            .repositories = repositories_,
            .layers = layers_,
            .images = images_,
            .scope = offline_->as(registry_.account)};
  }
  const model::RegistryRef& registry() const { return registry_; }

 private:
  Carrier(std::unique_ptr<Offline> offline, model::RegistryRef registry);

  std::unique_ptr<Offline> offline_;
  model::RegistryRef registry_;
  base::Metrics metrics_;
  service::ExclusionCache exclusions_;
  service::PullRecorder pulls_;  // what a command reads is no pull: nothing is ever noted
  service::RepositoryService repositories_;
  service::LayerService layers_;
  service::ImageService images_;
};

// How far it is, for a LiveLine.
std::string line_of(const transfer::Report& report);

// The report, and the exit status. `error`: what ended it before the end, if something did.
int finish(const transfer::Report& report, const base::Result<void>& outcome, bool json, std::string_view done);

}  // namespace berth::app
