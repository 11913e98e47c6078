// What a snapshot of a backup consists of. It is written last: a folder without it, or with another than its checksum
// says, is no backup.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace berth::backup {

struct FileMark {
  std::uint64_t size = 0;
  std::string sha256;  // lower-case hex
};

struct Manifest {
  static constexpr std::int64_t kFormat = 1;

  std::string id;               // of the snapshot, a ULID: ascending in time
  std::string created;          // RFC 3339
  std::string program;          // which Berth made it
  std::string account, region;  // the default registry, for whoever looks at it
  FileMark metadata;            // meta/dump.h
  FileMark blob_list;
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;           // of blobs
  std::string key_sha256;            // of master.key; empty: it is not in the backup
  std::vector<std::string> missing;  // digests whose bytes could not be had, and were left out knowingly

  std::string text() const;  // two lines: JSON, and its SHA-256
  // corrupt: it is damaged. unsupported: of a newer program.
  static base::Result<Manifest> parse(std::string_view text);
};

}  // namespace berth::backup
