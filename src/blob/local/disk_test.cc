#include "blob/local/disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>

#include "blob/local/test_folder.h"

namespace berth::blob::local {
namespace {

using base::Errc;

TEST(Disk, TellsAFullDiskFromTheRest) {
  EXPECT_EQ(os_error(ENOSPC, "write").error().code, Errc::storage_full);
  EXPECT_EQ(os_error(EDQUOT, "write").error().code, Errc::storage_full);
  EXPECT_EQ(os_error(EMFILE, "open x").error().code, Errc::unavailable);
  EXPECT_EQ(os_error(EIO, "write").error().code, Errc::internal);
  EXPECT_EQ(os_error(EACCES, "open x").error().message, "cannot open x: Permission denied");
}

TEST(Disk, SaysFullWhenAWriteIsRefused) {
  const base::File full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  const auto written = write_at(full, base::as_bytes("bytes"), 0);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::storage_full);
}

TEST(Disk, SaysCorruptWhenBytesCannotBeRead) {
  const TestFolder folder;
  const base::File not_a_file(::open((folder / "").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::array<std::byte, 8> buffer{};
  const auto read = read_at(not_a_file, buffer, 0);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::corrupt);
}

TEST(Disk, AbsenceIsNoError) {
  const TestFolder folder;
  const base::File dir(::open((folder / "").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_FALSE(*open_at(dir.fd(), "none", O_RDONLY));
  EXPECT_FALSE(*stat_at(dir.fd(), "none"));
  EXPECT_FALSE(*unlink_at(dir.fd(), "none"));
  EXPECT_FALSE(open_folder_at(dir.fd(), "none"));
}

}  // namespace
}  // namespace berth::blob::local
