// All of metadata as text that both engines can take up, for backups and for moving from one engine to the other.
//
// Lines of JSON: a head, {"berth":"metadata","schema":N,"tables":[{"name","columns","key"},...]}, then for each of its
// tables {"table":NAME} and a line for each row, an array of null, integers, strings and {"b":BASE64}; at the end
// {"rows":COUNT}. What belongs to a running server and to its disk is not in it: unfinished uploads, files that are to
// be removed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "meta/blobs.h"

namespace berth::meta {

// Where a dump goes. begin() comes first, and again if the connection was lost: then all is written anew.
class DumpSink {
 public:
  virtual ~DumpSink() = default;
  virtual base::Result<void> begin() = 0;
  virtual base::Result<void> line(std::string_view text) = 0;  // without its end
  // Each whose bytes are not in the lines, of the same moment, ascending by digest.
  virtual base::Result<void> blob(const StoredBlob& blob) = 0;
};

// Where a dump comes from.
class DumpSource {
 public:
  static constexpr std::size_t kMaxLine = 16 << 20;

  virtual ~DumpSource() = default;
  virtual base::Result<std::optional<std::string>> line() = 0;  // nullopt: that was all
};
using OpenDump = std::function<base::Result<std::unique_ptr<DumpSource>>()>;  // at its beginning, each time

}  // namespace berth::meta
