#include "base/disk_space.h"

#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>

namespace berth::base {

Result<std::uint64_t> free_bytes(const std::string& folder) {
  struct statvfs found{};
  if (::statvfs(folder.c_str(), &found) != 0) {
    return fail(Errc::unavailable,
                "cannot tell the space of " + folder + ": " + std::generic_category().message(errno));
  }
  return std::uint64_t{found.f_bavail} * found.f_frsize;
}

}  // namespace berth::base
