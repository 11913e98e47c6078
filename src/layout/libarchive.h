// libarchive as tar.cc calls it: loaded when an archive is, since a server needs none.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "base/error.h"

namespace berth::layout {

// The functions by what stands after archive_. Safe from any thread.
struct Libarchive {
  decltype(&archive_read_new) read_new = nullptr;
  decltype(&archive_read_free) read_free = nullptr;
  decltype(&archive_read_support_format_tar) read_support_format_tar = nullptr;
  decltype(&archive_read_set_read_callback) read_set_read_callback = nullptr;
  decltype(&archive_read_set_skip_callback) read_set_skip_callback = nullptr;
  decltype(&archive_read_set_callback_data) read_set_callback_data = nullptr;
  decltype(&archive_read_open1) read_open1 = nullptr;
  decltype(&archive_read_next_header) read_next_header = nullptr;
  decltype(&archive_read_header_position) read_header_position = nullptr;
  decltype(&archive_read_data) read_data = nullptr;
  decltype(&archive_error_string) error_string = nullptr;
  decltype(&archive_errno) error_number = nullptr;
  decltype(&archive_set_error) set_error = nullptr;
  decltype(&archive_entry_filetype) entry_filetype = nullptr;
  decltype(&archive_entry_hardlink) entry_hardlink = nullptr;
  decltype(&archive_entry_sparse_count) entry_sparse_count = nullptr;
  decltype(&archive_entry_size_is_set) entry_size_is_set = nullptr;
  decltype(&archive_entry_size) entry_size = nullptr;
  decltype(&archive_entry_pathname) entry_pathname = nullptr;
  decltype(&archive_write_new) write_new = nullptr;
  decltype(&archive_write_free) write_free = nullptr;
  decltype(&archive_write_set_format_pax_restricted) write_set_format_pax_restricted = nullptr;
  decltype(&archive_write_set_bytes_in_last_block) write_set_bytes_in_last_block = nullptr;
  decltype(&archive_write_open_fd) write_open_fd = nullptr;
  decltype(&archive_write_header) write_header = nullptr;
  decltype(&archive_write_data) write_data = nullptr;
  decltype(&archive_write_close) write_close = nullptr;
  decltype(&archive_entry_new) entry_new = nullptr;
  decltype(&archive_entry_free) entry_free = nullptr;
  decltype(&archive_entry_set_pathname) entry_set_pathname = nullptr;
  decltype(&archive_entry_set_size) entry_set_size = nullptr;
  decltype(&archive_entry_set_filetype) entry_set_filetype = nullptr;
  decltype(&archive_entry_set_perm) entry_set_perm = nullptr;
  decltype(&archive_entry_set_mtime) entry_set_mtime = nullptr;

  static base::Result<std::shared_ptr<const Libarchive>> load();  // unavailable: it is not installed
};

}  // namespace berth::layout
