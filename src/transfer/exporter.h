// Writes images of repositories into a layout: as they are, an index with all of its members.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "layout/layout_writer.h"
#include "transfer/importer.h"

namespace berth::transfer {

// An image, or all tags of a repository.
struct ExportItem {
  model::RepositoryRef repository;
  std::optional<model::Tag> tag{};
  std::optional<model::Digest> digest{};
};

struct ExportOptions {
  bool referrers = false;  // what refers to the images, and what refers to that
};

// One owner, one thread; references outlive it.
class Exporter {
 public:
  Exporter(const Services& services, Progress progress) : services_(services), progress_(std::move(progress)) {}

  // Images are called by their tags; if the items are of several repositories, "<repository>:<tag>". Any failure ends
  // it, and then the layout's index is as it was. image_not_found, layer_inaccessible (archived), corrupt, and those of
  // the writer.
  base::Result<void> run(const std::vector<ExportItem>& items, layout::LayoutWriter& writer,
                         const ExportOptions& options, Report& report);

 private:
  Services services_;
  Progress progress_;
};

}  // namespace berth::transfer
