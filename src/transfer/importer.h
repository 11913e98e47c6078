// Brings images of a layout into a repository, as a push would: every rule of a push holds, and nothing is tagged
// before all of it is there. What the repository has already is not read again, so a run that was interrupted goes on.
#pragma once

#include <optional>
#include <string>

#include "layout/source.h"
#include "model/manifest.h"
#include "model/repository.h"
#include "model/tag.h"
#include "service/image_service.h"
#include "service/layer_service.h"
#include "service/repository_service.h"
#include "transfer/report.h"

namespace berth::transfer {

// The services that carry. They outlive whoever carries.
struct Services {
  const service::Core& core;
  service::RepositoryService& repositories;
  service::LayerService& layers;
  service::ImageService& images;
  service::Scope scope;
};

struct ImportOptions {
  std::optional<model::Tag> tag{};  // of the only image that is no referrer, in place of its names
  bool untagged = false;            // loose images too
};

// The tag in a name of a layout: "1.0", "docker.io/library/app:1.0". tag_invalid.
base::Result<model::Tag> tag_of(const std::string& name);

// One owner, one thread; references outlive it.
class Importer {
 public:
  static constexpr int kMaxDepth = 32;  // of indexes within indexes

  Importer(const Services& services, Progress progress) : services_(services), progress_(std::move(progress)) {}

  // Into `repository`, which is made if it is not there: by a creation template for pushes, or with ECR's defaults.
  // What fails alone is a failure of the report; an error is what would fail for the next image too (storage_full,
  // unavailable, deadline_exceeded), or the source as a whole.
  base::Result<void> run(layout::Source& source, const model::RepositoryRef& repository, const ImportOptions& options,
                         Report& report);

 private:
  Services services_;
  Progress progress_;
};

}  // namespace berth::transfer
