// What was carried between a registry and a layout, and what was not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"

namespace berth::transfer {

struct Failure {
  std::string repository;  // empty: none in particular
  std::string image;       // a tag, a digest, or where it stands
  base::Error error;
};

struct Report {
  std::uint64_t repositories = 0;  // with images
  std::uint64_t images = 0;        // carried, members of indexes too
  std::uint64_t images_present = 0;
  std::uint64_t layers = 0;          // carried
  std::uint64_t layers_present = 0;  // with those that were only linked
  std::uint64_t bytes = 0;           // of layers, carried
  std::uint64_t absent =
      0;                   // what images name and neither side has, and need not have (sparse indexes, foreign layers)
  std::uint64_t left = 0;  // without a name, and nothing that was taken is their subject
  std::vector<Failure> failures;  // at most kMaxFailures; `more` counts the rest
  std::uint64_t more = 0;
  bool whole = true;  // not interrupted
  static constexpr std::size_t kMaxFailures = 10'000;

  void add(Failure failure) {
    if (failures.size() < kMaxFailures) {
      failures.push_back(std::move(failure));
    } else {
      ++more;
    }
  }
  bool good() const { return whole && failures.empty(); }
};

// Called after every image and every piece of bytes; false: stop.
using Progress = std::function<bool(const Report&)>;

// What a stop looks like on its way up.
inline std::unexpected<base::Error> stopped() {
  return base::fail(base::Errc::deadline_exceeded, "interrupted before the end");
}

// Would the next image fail likewise?
inline bool fatal(const base::Error& error) {
  return error.code == base::Errc::storage_full || error.code == base::Errc::unavailable ||
         error.code == base::Errc::deadline_exceeded;
}

}  // namespace berth::transfer
