#include "blob/local/upload_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "blob/local/disk.h"

namespace berth::blob::local {
namespace {

using base::Errc;
using base::fail;
using base::Result;

std::unexpected<base::Error> busy() { return fail(Errc::upload_busy, "another request is writing to this upload"); }

Result<void> lock(const base::File& file) {
  while (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return busy();
    if (errno != EINTR) return os_error(errno, "lock an upload");
  }
  return {};
}

}  // namespace

Result<base::File> claim_upload(const base::File& uploads, const std::string& name, IfAbsent absent) {
  constexpr int attempts = 4;
  for (int i = 0; i < attempts; ++i) {
    BERTH_TRY(auto file, open_at(uploads.fd(), name, O_RDWR | (absent == IfAbsent::make ? O_CREAT : 0)));
    if (!file) return file;
    BERTH_CHECK(lock(file));
    // Between opening and locking, the last holder may have renamed the file into a blob: to write to it now would
    // change the blob.
    BERTH_TRY(const auto named, stat_at(uploads.fd(), name));
    BERTH_TRY(const auto held, stat_of(file));
    if (!named || named->st_dev != held.st_dev || named->st_ino != held.st_ino) continue;
    if (!S_ISREG(held.st_mode)) return fail(Errc::internal, "upload " + name + " is not a file");
    if (held.st_nlink == 1) return file;
    // A second name: a file system whose rename is not atomic across a power failure left both. The blob stays.
    BERTH_CHECK(unlink_at(uploads.fd(), name));
  }
  return busy();
}

}  // namespace berth::blob::local
