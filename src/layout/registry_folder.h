// The folder of another registry, read while that goes on serving: nothing in it is changed or locked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layout/source.h"

namespace berth::layout {

// One owner, one thread; its sources do not need it.
class RegistryFolder {
 public:
  static constexpr std::size_t kMaxRepositories = 1'000'000;

  virtual ~RegistryFolder() = default;
  // All repositories, in byte order. payload_too_large.
  virtual base::Result<std::vector<std::string>> repositories() = 0;
  // One of those; repository_not_found if it is not there (any more).
  virtual base::Result<std::unique_ptr<Source>> open(const std::string& repository) = 0;
};

// Of CNCF Distribution (docker-registry 2 and 3): `path` is its rootdirectory, or docker/registry/v2 in it.
// invalid_parameter: something else.
base::Result<std::unique_ptr<RegistryFolder>> open_distribution(const std::string& path);
// Of zot: `path` is its rootDirectory, or that of a sub-path. invalid_parameter: there is no OCI layout in it.
base::Result<std::unique_ptr<RegistryFolder>> open_zot(const std::string& path);

}  // namespace berth::layout
