#include "cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/text.h"

namespace berth::cli {
namespace {

constexpr std::size_t kMost = 1 << 20;

}  // namespace

base::Result<std::optional<std::string>> read_file_if_there(const std::string& path) {
  const base::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto unreadable = [&](std::string_view why) {
    return base::fail(base::Errc::unavailable, path + " cannot be read: " + std::string(why));
  };
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return unreadable(std::strerror(errno));
  }
  std::string text;
  char block[16 * 1024];
  while (true) {
    const auto got = ::read(file.fd(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(std::strerror(errno));
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > kMost) return unreadable("it is larger than 1 MiB");
  }
}

base::Result<std::string> read_token_file(const std::string& path) {
  BERTH_TRY(const auto text, read_file_if_there(path));
  if (!text) return base::fail(base::Errc::unavailable, path + " is not there");
  const std::string token(base::trim(*text));
  if (token.empty()) return base::fail(base::Errc::unavailable, path + " is empty");
  return token;
}

}  // namespace berth::cli
