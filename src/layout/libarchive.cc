#include "layout/libarchive.h"

#include "base/shared_library.h"

namespace berth::layout {

base::Result<std::shared_ptr<const Libarchive>> Libarchive::load() {
  BERTH_TRY(auto library, base::SharedLibrary::load("libarchive.so.13"));
  const auto archive = std::make_shared<Libarchive>();
  library.bind(archive->read_new, "archive_read_new")
      .bind(archive->read_free, "archive_read_free")
      .bind(archive->read_support_format_tar, "archive_read_support_format_tar")
      .bind(archive->read_set_read_callback, "archive_read_set_read_callback")
      .bind(archive->read_set_skip_callback, "archive_read_set_skip_callback")
      .bind(archive->read_set_callback_data, "archive_read_set_callback_data")
      .bind(archive->read_open1, "archive_read_open1")
      .bind(archive->read_next_header, "archive_read_next_header")
      .bind(archive->read_header_position, "archive_read_header_position")
      .bind(archive->read_data, "archive_read_data")
      .bind(archive->error_string, "archive_error_string")
      .bind(archive->error_number, "archive_errno")
      .bind(archive->set_error, "archive_set_error")
      .bind(archive->entry_filetype, "archive_entry_filetype")
      .bind(archive->entry_hardlink, "archive_entry_hardlink")
      .bind(archive->entry_sparse_count, "archive_entry_sparse_count")
      .bind(archive->entry_size_is_set, "archive_entry_size_is_set")
      .bind(archive->entry_size, "archive_entry_size")
      .bind(archive->entry_pathname, "archive_entry_pathname")
      .bind(archive->write_new, "archive_write_new")
      .bind(archive->write_free, "archive_write_free")
      .bind(archive->write_set_format_pax_restricted, "archive_write_set_format_pax_restricted")
      .bind(archive->write_set_bytes_in_last_block, "archive_write_set_bytes_in_last_block")
      .bind(archive->write_open_fd, "archive_write_open_fd")
      .bind(archive->write_header, "archive_write_header")
      .bind(archive->write_data, "archive_write_data")
      .bind(archive->write_close, "archive_write_close")
      .bind(archive->entry_new, "archive_entry_new")
      .bind(archive->entry_free, "archive_entry_free")
      .bind(archive->entry_set_pathname, "archive_entry_set_pathname")
      .bind(archive->entry_set_size, "archive_entry_set_size")
      .bind(archive->entry_set_filetype, "archive_entry_set_filetype")
      .bind(archive->entry_set_perm, "archive_entry_set_perm")
      .bind(archive->entry_set_mtime, "archive_entry_set_mtime");
  BERTH_CHECK(library.complete());
  return archive;
}

}  // namespace berth::layout
