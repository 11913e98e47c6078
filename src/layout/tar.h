// Uncompressed tar archives, by libarchive, which no other file of this room knows. `unavailable` may also say that it
// is not installed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/file.h"
#include "layout/source.h"

struct archive;

namespace berth::layout {

struct Libarchive;

// The plain files of an archive by their paths. Opening it reads all headers, and skips what lies between. Links,
// devices, sparse files and paths that leave the archive are not seen.
class TarFiles final : public Files {
 public:
  static constexpr std::size_t kMaxEntries = 1'000'000;

  // unavailable: cannot be read. invalid_parameter: no tar (a compressed one is none). payload_too_large: too many
  // files. corrupt: it ends early, or has a path twice.
  static base::Result<std::unique_ptr<TarFiles>> open_path(const std::string& path);

  base::Result<std::unique_ptr<blob::BlobReader>> open(const std::string& path) override;

 private:
  struct Index;
  explicit TarFiles(std::shared_ptr<const Index> index) : index_(std::move(index)) {}

  std::shared_ptr<const Index> index_;
};

// Writes an archive front to back into an open file. The same files make the same bytes. One owner, one thread.
class TarWriter {
 public:
  static base::Result<std::unique_ptr<TarWriter>> begin(const base::File& file);
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;
  ~TarWriter();

  // A file of exactly `size` bytes, which come by write().
  base::Result<void> file(const std::string& path, std::uint64_t size);
  base::Result<void> write(base::Bytes bytes);
  base::Result<void> finish();  // nothing after it

 private:
  explicit TarWriter(std::shared_ptr<const Libarchive> library);
  base::Result<void> checked(int outcome);

  const std::shared_ptr<const Libarchive> library_;
  archive* const archive_;
};

}  // namespace berth::layout
