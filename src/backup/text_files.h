// Text files of a backup, hashed while they are written and while they are read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "backup/manifest.h"
#include "base/file.h"
#include "blob/blob_store.h"
#include "crypto/hash.h"
#include "meta/dump.h"

namespace berth::backup {

// A text file that is written front to back, hashed, and durable once finish() has returned. One owner.
class TextFile {
 public:
  // Whatever was there is gone.
  static base::Result<std::unique_ptr<TextFile>> create(int folder, const std::string& name);
  explicit TextFile(base::File file);

  base::Result<void> append(std::string_view text);
  base::Result<void> restart();  // as it was just after create()
  base::Result<FileMark> finish();

 private:
  base::Result<void> flush();

  base::File file_;
  crypto::Hasher hasher_;
  std::string buffer_;
  std::uint64_t written_ = 0;
};

// Lines of a file, checked as a whole at its end: whoever reads all of it knows that it is what was written.
class LineFile final : public meta::DumpSource {
 public:
  LineFile(std::unique_ptr<blob::BlobReader> file, FileMark mark);
  base::Result<std::optional<std::string>> line() override;  // corrupt

 private:
  base::Result<bool> fill();  // false: there is no more

  std::unique_ptr<blob::BlobReader> file_;
  FileMark mark_;
  crypto::Hasher hasher_;
  std::string buffer_;
  std::size_t next_ = 0;
};

}  // namespace berth::backup
