// libarchive as tar.cc calls it: loaded when an archive is, since a server needs none.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "base/error.h"
#include "base/shared_library.h"

namespace berth::layout {

#define BERTH_LIBARCHIVE_FUNCTIONS(X)                                         \
  X(read_new, archive_read_new)                                               \
  X(read_free, archive_read_free)                                             \
  X(read_support_format_tar, archive_read_support_format_tar)                 \
  X(read_set_read_callback, archive_read_set_read_callback)                   \
  X(read_set_skip_callback, archive_read_set_skip_callback)                   \
  X(read_set_callback_data, archive_read_set_callback_data)                   \
  X(read_open1, archive_read_open1)                                           \
  X(read_next_header, archive_read_next_header)                               \
  X(read_header_position, archive_read_header_position)                       \
  X(read_data, archive_read_data)                                             \
  X(error_string, archive_error_string)                                       \
  X(error_number, archive_errno)                                              \
  X(set_error, archive_set_error)                                             \
  X(entry_filetype, archive_entry_filetype)                                   \
  X(entry_hardlink, archive_entry_hardlink)                                   \
  X(entry_sparse_count, archive_entry_sparse_count)                           \
  X(entry_size_is_set, archive_entry_size_is_set)                             \
  X(entry_size, archive_entry_size)                                           \
  X(entry_pathname, archive_entry_pathname)                                   \
  X(write_new, archive_write_new)                                             \
  X(write_free, archive_write_free)                                           \
  X(write_set_format_pax_restricted, archive_write_set_format_pax_restricted) \
  X(write_set_bytes_in_last_block, archive_write_set_bytes_in_last_block)     \
  X(write_open_fd, archive_write_open_fd)                                     \
  X(write_header, archive_write_header)                                       \
  X(write_data, archive_write_data)                                           \
  X(write_close, archive_write_close)                                         \
  X(entry_new, archive_entry_new)                                             \
  X(entry_free, archive_entry_free)                                           \
  X(entry_set_pathname, archive_entry_set_pathname)                           \
  X(entry_set_size, archive_entry_set_size)                                   \
  X(entry_set_filetype, archive_entry_set_filetype)                           \
  X(entry_set_perm, archive_entry_set_perm)                                   \
  X(entry_set_mtime, archive_entry_set_mtime)
// The functions by what stands after archive_. Safe from any thread.
struct Libarchive {
  BERTH_LIBARCHIVE_FUNCTIONS(BERTH_SHARED_FUNCTION)

  static base::Result<std::shared_ptr<const Libarchive>> load();  // unavailable: it is not installed
};

}  // namespace berth::layout
