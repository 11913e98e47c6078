#include "layout/tar.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <system_error>

#include "base/text.h"
#include "blob/local/disk.h"
#include "layout/libarchive.h"

namespace berth::layout {
namespace {

using base::Errc;
using base::fail;
using base::Result;

using Library = std::shared_ptr<const Libarchive>;

struct FreeReader {
  const Libarchive* library = nullptr;
  void operator()(archive* a) const { library->read_free(a); }
};
using Reader = std::unique_ptr<archive, FreeReader>;

std::string said_by(const Libarchive& library, archive* a) {
  const char* const text = library.error_string(a);
  return text == nullptr ? "no reason is known" : text;
}

// What libarchive reads from: one file, of which every reader has a position of its own.
struct Cursor {
  Library library;
  std::shared_ptr<const base::File> file;
  std::int64_t size = 0;
  std::int64_t next = 0;
  std::array<std::byte, 1 << 16> buffer{};
};

la_ssize_t on_read(archive* a, void* data, const void** out) {
  auto& cursor = *static_cast<Cursor*>(data);
  const auto n = blob::local::read_at(*cursor.file, cursor.buffer, static_cast<std::uint64_t>(cursor.next));
  if (!n) {
    cursor.library->set_error(a, EIO, "%s", n.error().message.c_str());
    return -1;
  }
  cursor.next += static_cast<std::int64_t>(*n);
  *out = cursor.buffer.data();
  return static_cast<la_ssize_t>(*n);
}

la_int64_t on_skip(archive*, void* data, la_int64_t wanted) {
  auto& cursor = *static_cast<Cursor*>(data);
  const auto skipped = std::clamp<std::int64_t>(wanted, 0, cursor.size - cursor.next);
  cursor.next += skipped;
  return skipped;
}

Result<Reader> read_from(Cursor& cursor) {
  const Libarchive& library = *cursor.library;
  Reader reader(library.read_new(), {&library});
  library.read_support_format_tar(reader.get());
  library.read_set_read_callback(reader.get(), on_read);
  library.read_set_skip_callback(reader.get(), on_skip);
  library.read_set_callback_data(reader.get(), &cursor);
  if (library.read_open1(reader.get()) != ARCHIVE_OK) {
    return fail(Errc::invalid_parameter,
                "this is no tar archive, or a compressed one, which has to be decompressed first (" +
                    said_by(library, reader.get()) + ")");
  }
  return reader;
}

bool plain(const Libarchive& library, archive_entry* entry) {
  return library.entry_filetype(entry) == AE_IFREG && library.entry_hardlink(entry) == nullptr &&
         library.entry_sparse_count(entry) == 0 && library.entry_size_is_set(entry) != 0;
}

// Empty: a path that no file of ours has.
std::string path_of(const Libarchive& library, archive_entry* entry) {
  const char* const said = library.entry_pathname(entry);
  std::string_view path = said == nullptr ? "" : said;
  while (path.starts_with("./")) path.remove_prefix(2);
  const auto parts = base::split(path, '/');
  const bool inside =
      std::ranges::none_of(parts, [](auto part) { return part.empty() || part == "." || part == ".."; });
  return inside ? std::string(path) : std::string();
}

// A file in an archive, from its header on.
class EntryReader final : public blob::BlobReader {
 public:
  EntryReader(std::unique_ptr<Cursor> cursor, Reader reader, std::uint64_t size)
      : cursor_(std::move(cursor)), reader_(std::move(reader)), left_(size), size_(size) {}

  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read(std::span<std::byte> out) override {
    out = out.first(std::min<std::uint64_t>(out.size(), left_));
    if (out.empty()) return 0U;
    const auto n = cursor_->library->read_data(reader_.get(), out.data(), out.size());
    if (n <= 0) return fail(Errc::corrupt, "the archive ends within a file");
    left_ -= static_cast<std::uint64_t>(n);
    return static_cast<std::size_t>(n);
  }

 private:
  std::unique_ptr<Cursor> cursor_;
  Reader reader_;  // before cursor_
  std::uint64_t left_;
  std::uint64_t size_;
};

std::unexpected<base::Error> has_twice(const std::string& path, const std::string& name) {
  return fail(Errc::corrupt, path + " has '" + name + "' twice");
}

struct Place {
  std::int64_t header = 0;
  std::uint64_t size = 0;
};

}  // namespace

struct TarFiles::Index {
  Library library;
  std::shared_ptr<const base::File> file;
  std::int64_t size = 0;
  std::map<std::string, Place, std::less<>> places;
};

Result<std::unique_ptr<TarFiles>> TarFiles::open_path(const std::string& path) {
  auto file = std::make_shared<base::File>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!*file) {
    return fail(Errc::unavailable, "cannot open " + path + ": " + std::generic_category().message(errno));
  }
  BERTH_TRY(const auto info, blob::local::stat_of(*file));
  if (!S_ISREG(info.st_mode)) return fail(Errc::invalid_parameter, path + " is neither a folder nor a file");
  BERTH_TRY(const auto loaded, Libarchive::load());
  const Libarchive& library = *loaded;
  auto index = std::make_shared<Index>();
  index->library = loaded;
  index->file = file;
  index->size = info.st_size;
  Cursor cursor{.library = loaded, .file = file, .size = info.st_size};
  BERTH_TRY(const auto reader, read_from(cursor));
  for (std::size_t entries = 0;; ++entries) {
    archive_entry* entry = nullptr;
    const int outcome = library.read_next_header(reader.get(), &entry);
    if (outcome == ARCHIVE_EOF) break;
    if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) {
      return fail(Errc::corrupt, path + ": " + said_by(library, reader.get()));
    }
    if (entries >= kMaxEntries) {
      return fail(Errc::payload_too_large, path + " has more than " + std::to_string(kMaxEntries) + " files");
    }
    auto name = plain(library, entry) ? path_of(library, entry) : std::string();
    if (name.empty()) continue;
    const Place place{.header = library.read_header_position(reader.get()),
                      .size = static_cast<std::uint64_t>(library.entry_size(entry))};
    if (!index->places.emplace(name, place).second) return has_twice(path, name);
  }
  return std::unique_ptr<TarFiles>(new TarFiles(std::move(index)));
}

// An archive may begin at any header, so a reader of its own begins at the file's.
Result<std::unique_ptr<blob::BlobReader>> TarFiles::open(const std::string& path) {
  const auto found = index_->places.find(path);
  if (found == index_->places.end()) return nullptr;
  const Libarchive& library = *index_->library;
  auto cursor = std::make_unique<Cursor>(
      Cursor{.library = index_->library, .file = index_->file, .size = index_->size, .next = found->second.header});
  BERTH_TRY(auto reader, read_from(*cursor));
  archive_entry* entry = nullptr;
  const int outcome = library.read_next_header(reader.get(), &entry);
  if ((outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN) || !plain(library, entry) || path_of(library, entry) != path ||
      static_cast<std::uint64_t>(library.entry_size(entry)) != found->second.size) {
    return fail(Errc::corrupt, "the archive was changed while it was read");
  }
  return std::make_unique<EntryReader>(std::move(cursor), std::move(reader), found->second.size);
}

TarWriter::TarWriter(std::shared_ptr<const Libarchive> library)
    : library_(std::move(library)), archive_(library_->write_new()) {}
TarWriter::~TarWriter() { library_->write_free(archive_); }

Result<void> TarWriter::checked(int outcome) {
  if (outcome == ARCHIVE_OK) return {};
  const int error = library_->error_number(archive_);
  if (error == ENOSPC || error == EDQUOT) return blob::local::os_error(error, "write an archive");
  return fail(Errc::internal, "cannot write the archive: " + said_by(*library_, archive_));
}

Result<std::unique_ptr<TarWriter>> TarWriter::begin(const base::File& file) {
  BERTH_TRY(auto loaded, Libarchive::load());
  const Libarchive& library = *loaded;
  std::unique_ptr<TarWriter> writer(new TarWriter(std::move(loaded)));
  BERTH_CHECK(writer->checked(library.write_set_format_pax_restricted(writer->archive_)));
  BERTH_CHECK(writer->checked(library.write_set_bytes_in_last_block(writer->archive_, 1)));
  BERTH_CHECK(writer->checked(library.write_open_fd(writer->archive_, file.fd())));
  return writer;
}

Result<void> TarWriter::file(const std::string& path, std::uint64_t size) {
  struct FreeEntry {
    const Libarchive* library = nullptr;
    void operator()(archive_entry* entry) const { library->entry_free(entry); }
  };
  const Libarchive& library = *library_;
  const std::unique_ptr<archive_entry, FreeEntry> entry(library.entry_new(), {&library});
  library.entry_set_pathname(entry.get(), path.c_str());
  library.entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  library.entry_set_filetype(entry.get(), AE_IFREG);
  library.entry_set_perm(entry.get(), 0644);
  library.entry_set_mtime(entry.get(), 0, 0);
  return checked(library_->write_header(archive_, entry.get()));
}

Result<void> TarWriter::write(base::Bytes bytes) {
  while (!bytes.empty()) {
    const auto n = library_->write_data(archive_, bytes.data(), bytes.size());
    if (n < 0) return checked(static_cast<int>(n));
    if (n == 0) return fail(Errc::internal, "more bytes than a file of the archive was announced with");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> TarWriter::finish() { return checked(library_->write_close(archive_)); }

}  // namespace berth::layout
