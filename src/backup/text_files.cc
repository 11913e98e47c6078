#include "backup/text_files.h"

#include <fcntl.h>

#include <array>

#include "blob/local/disk.h"

namespace berth::backup {
namespace {

namespace disk = blob::local;
constexpr std::size_t kBuffer = 1 << 20;

std::unexpected<base::Error> damaged(std::string_view what) {
  return base::fail(base::Errc::corrupt, "a file of the backup is damaged: " + std::string(what));
}

crypto::Hasher fresh() { return crypto::Hasher(crypto::HashAlgorithm::sha256); }

}  // namespace

base::Result<std::unique_ptr<TextFile>> TextFile::create(int folder, const std::string& name) {
  BERTH_TRY(auto file, disk::open_at(folder, name, O_WRONLY | O_CREAT | O_TRUNC));
  return std::make_unique<TextFile>(std::move(file));
}

TextFile::TextFile(base::File file) : file_(std::move(file)), hasher_(fresh()) {}

base::Result<void> TextFile::append(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < kBuffer ? base::Result<void>() : flush();
}

base::Result<void> TextFile::flush() {
  const auto bytes = base::as_bytes(buffer_);
  BERTH_CHECK(disk::write_at(file_, bytes, written_));
  hasher_.update(bytes);
  written_ += bytes.size();
  buffer_.clear();
  return {};
}

base::Result<void> TextFile::restart() {
  hasher_ = fresh();
  buffer_.clear();
  written_ = 0;
  return disk::truncate_to(file_, 0);
}

base::Result<FileMark> TextFile::finish() {
  BERTH_CHECK(flush());
  BERTH_CHECK(disk::sync_data(file_));
  return FileMark{.size = written_, .sha256 = base::to_hex(base::as_bytes(hasher_.finish()))};
}

LineFile::LineFile(std::unique_ptr<blob::BlobReader> file, FileMark mark)
    : file_(std::move(file)), mark_(std::move(mark)), hasher_(fresh()) {}

base::Result<bool> LineFile::fill() {
  std::array<std::byte, 1 << 16> piece{};
  BERTH_TRY(const auto n, file_->read(piece));
  const auto bytes = std::span(piece).first(n);
  hasher_.update(bytes);
  buffer_ += base::as_text(bytes);
  return n > 0;
}

base::Result<std::optional<std::string>> LineFile::line() {
  for (std::size_t searched = next_;;) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      auto line = buffer_.substr(next_, end - next_);
      next_ = end + 1;
      if (next_ > kBuffer) buffer_.erase(0, std::exchange(next_, 0));
      return line;
    }
    if (buffer_.size() - next_ > kMaxLine) return damaged("a line without an end");
    searched = buffer_.size();
    BERTH_TRY(const bool more, fill());
    if (more) continue;
    if (next_ != buffer_.size()) return damaged("it ends within a line");
    if (hasher_.size() != mark_.size || base::to_hex(base::as_bytes(hasher_.finish())) != mark_.sha256) {
      return damaged("it is not what was written");
    }
    return std::nullopt;
  }
}

}  // namespace berth::backup
