// A folder that somebody else made: only plain files are read, and no link leads out of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "layout/source.h"

namespace berth::layout {

// Read-only. One owner; readers go on after it is gone.
class Folder final : public Files {
 public:
  struct Entry {
    std::string name;
    bool folder = false;  // a real one, no link to one
  };

  explicit Folder(base::File folder) : folder_(std::move(folder)) {}
  // `path` itself may be a link. unavailable.
  static base::Result<Folder> open_path(const std::string& path);

  base::Result<std::unique_ptr<blob::BlobReader>> open(const std::string& path) override;
  base::Result<std::optional<Folder>> folder(const std::string& path) const;  // nullopt: there is none
  base::Result<std::vector<Entry>> list() const;                              // in byte order

 private:
  base::Result<base::File> walk(const std::string& path, int flags) const;  // an empty File: there is none

  base::File folder_;
};

}  // namespace berth::layout
