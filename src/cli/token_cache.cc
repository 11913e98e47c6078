#include "cli/token_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/bytes.h"
#include "base/file.h"
#include "cli/files.h"
#include "crypto/hash.h"
#include "json/fields.h"

namespace berth::cli {
namespace {

namespace fs = std::filesystem;

struct Stored {
  std::string host, username, password;
  std::int64_t expires = 0, renew = 0;  // microseconds

  template <class F>
  void fields(F& f) {
    f.req("host", host);
    f.req("username", username);
    f.req("password", password);
    f.req("expires", expires);
    f.req("renew", renew);
  }
};

bool is_private(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && status.st_uid == ::geteuid() && (status.st_mode & 077) == 0;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto wrote = ::write(fd, text.data(), text.size());
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

}  // namespace

std::string TokenCache::path_of(std::string_view name) const {
  return folder_ + "/" + crypto::sha256_hex(base::as_bytes(name)).substr(0, 32) + ".json";
}

std::optional<Login> TokenCache::read(const std::string& path) const {
  if (!is_private(path)) return std::nullopt;
  const auto text = read_file_if_there(path);
  if (!text || !*text) return std::nullopt;
  auto stored = json::decode<Stored>(**text);
  if (!stored) return std::nullopt;
  return Login{.host = std::move(stored->host),
               .username = std::move(stored->username),
               .password = base::Secret(std::move(stored->password)),
               .expires = base::from_micros(stored->expires),
               .renew = base::from_micros(stored->renew)};
}

std::optional<Login> TokenCache::find(std::string_view name, base::Timestamp now) const {
  if (folder_.empty() || name.empty()) return std::nullopt;
  auto login = read(path_of(name));
  if (!login || login->renew <= now || login->expires <= now) return std::nullopt;
  return login;
}

void TokenCache::put(std::string_view name, const Login& login) const {
  if (folder_.empty() || name.empty()) return;
  std::error_code ignored;
  fs::create_directories(fs::path(folder_).parent_path(), ignored);
  ::mkdir(folder_.c_str(), 0700);
  if (!is_private(folder_)) return;
  const std::string path = path_of(name);
  const std::string fresh = path + "." + std::to_string(::getpid());
  ::unlink(fresh.c_str());
  const base::File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return;
  const Stored stored{.host = login.host,
                      .username = login.username,
                      .password = login.password.reveal(),
                      .expires = base::to_micros(login.expires),
                      .renew = base::to_micros(login.renew)};
  if (!write_all(file.fd(), json::encode(stored)) || ::rename(fresh.c_str(), path.c_str()) != 0) {
    ::unlink(fresh.c_str());
  }
}

void TokenCache::erase(std::string_view host) const {
  if (folder_.empty()) return;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const auto login = read(entry.path().string());
    if (login && login->host == host) ::unlink(entry.path().c_str());
  }
}

std::vector<Login> TokenCache::all() const {
  std::vector<Login> out;
  std::error_code error;
  if (folder_.empty()) return out;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (auto login = read(entry.path().string())) out.push_back(*std::move(login));
  }
  return out;
}

}  // namespace berth::cli
