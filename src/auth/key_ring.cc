#include "auth/key_ring.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "base/bytes.h"
#include "base/file.h"
#include "crypto/hash.h"

namespace berth::auth {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kMasterBytes = 32;

std::unexpected<base::Error> system_error(const std::string& what, const std::filesystem::path& path) {
  const int error = errno;
  const Errc code = error == ENOSPC || error == EDQUOT ? Errc::storage_full
                    : error == EEXIST                  ? Errc::conflict
                                                       : Errc::unavailable;
  return fail(code, "cannot " + what + " " + path.string() + ": " + std::strerror(error));
}

std::string derive(std::string_view master, std::string_view purpose) {
  return crypto::hmac_sha256(base::as_bytes(master), base::as_bytes("berth/v1/" + std::string(purpose)));
}

Result<void> write_synced(const std::filesystem::path& path, std::string_view bytes) {
  const base::File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return system_error("create", path);
  if (::fchmod(file.fd(), 0600) != 0) return system_error("protect", path);
  if (::write(file.fd(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    return system_error("write", path);
  }
  if (::fsync(file.fd()) != 0) return system_error("sync", path);
  return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const base::File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file || ::fsync(file.fd()) != 0) return system_error("sync", folder);
  return {};
}

Result<void> check_file(const base::File& file, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(file.fd(), &status) != 0) return system_error("examine", path);
  if (!S_ISREG(status.st_mode)) return fail(Errc::unavailable, path.string() + " is not a file");
  if ((status.st_mode & 077) != 0) {
    return fail(Errc::unavailable, path.string() + " can be read by others; run: chmod 600 " + path.string());
  }
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return fail(Errc::unavailable, path.string() + " belongs to another user");
  }
  if (status.st_size != static_cast<off_t>(kMasterBytes)) {
    return fail(Errc::unavailable, path.string() + " is not a master key: it must be 32 bytes long");
  }
  return {};
}

}  // namespace

Result<KeyRing> KeyRing::create(const std::filesystem::path& folder, crypto::Random& random) {
  const auto path = folder / kMasterKeyFile;
  const auto draft = folder / (std::string(kMasterKeyFile) + ".new");  // left by a crash: overwritten
  const std::string master = crypto::random_bytes(random, kMasterBytes);
  BERTH_CHECK(write_synced(draft, master));
  // link() and not rename(): it refuses to replace a key that is there.
  const bool linked = ::link(draft.c_str(), path.c_str()) == 0;
  auto failure = linked ? Result<void>() : Result<void>(system_error("create", path));
  ::unlink(draft.c_str());
  if (!failure) return base::propagate(failure);
  BERTH_CHECK(sync_folder(folder));
  return from_bytes(master);
}

Result<KeyRing> KeyRing::load(const std::filesystem::path& folder) {
  const auto path = folder / kMasterKeyFile;
  const base::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a fifo must not hang us
  if (!file) return system_error("open", path);
  BERTH_CHECK(check_file(file, path));
  std::array<char, kMasterBytes> bytes{};
  if (::pread(file.fd(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return system_error("read", path);
  }
  return from_bytes({bytes.data(), bytes.size()});
}

Result<KeyRing> KeyRing::from_bytes(std::string_view master) {
  if (master.size() != kMasterBytes) return fail(Errc::corrupt, "a master key has 32 bytes");
  BERTH_TRY(auto access_keys, crypto::SealingKey::from_bytes(derive(master, "access-keys")));
  BERTH_TRY(auto registry_token, crypto::SealingKey::from_bytes(derive(master, "registry-token")));
  BERTH_TRY(auto session_token, crypto::SealingKey::from_bytes(derive(master, "session-token")));
  BERTH_TRY(auto denial_message, crypto::SealingKey::from_bytes(derive(master, "denial-message")));
  return KeyRing(std::move(access_keys), std::move(registry_token), std::move(session_token), std::move(denial_message),
                 derive(master, "download-url"));
}

}  // namespace berth::auth
