#include "blob/local/layout.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/fault_point.h"
#include "base/text.h"
#include "blob/local/disk.h"
#include "blob/upload_progress.h"

namespace berth::blob::local {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kFormat = "berth blobs 1\n";
constexpr const char* kMarker = "blob-format";
constexpr const char* kNewMarker = "blob-format.new";
constexpr std::array kAlgorithms = {model::DigestAlgorithm::sha256, model::DigestAlgorithm::sha512};

// The folder itself may be a symbolic link: that is the operator's choice.
Result<base::File> open_root(const std::string& path) {
  const bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return os_error(errno, "make folder " + path);
  base::File root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return os_error(errno, "open folder " + path);
  if (made) BERTH_CHECK(sync_folder_at(root.fd(), ".."));
  return root;
}

// false: there is no marker yet.
Result<bool> check_marker(const base::File& root) {
  BERTH_TRY(const auto marker, open_at(root.fd(), kMarker, O_RDONLY));
  if (!marker) return false;
  std::array<std::byte, 64> bytes{};
  BERTH_TRY(const auto n, read_at(marker, bytes, 0));
  const auto found = base::as_text(std::span(bytes).first(n));
  if (found == kFormat) return true;
  return fail(Errc::unsupported, "the blob folder has the format " + base::quote_json(base::trim(found)) +
                                     ", this version of Berth knows only " + base::quote_json(base::trim(kFormat)));
}

Result<void> write_marker(const base::File& root) {
  BERTH_TRY(const auto marker, open_at(root.fd(), kNewMarker, O_WRONLY | O_CREAT | O_TRUNC));
  BERTH_CHECK(write_at(marker, base::as_bytes(kFormat), 0));
  BERTH_CHECK(sync_data(marker));
  BERTH_FAULT_POINT("blob.open.before_marker");
  BERTH_CHECK(rename_at(root.fd(), kNewMarker, root.fd(), kMarker));
  return sync_folder(root);
}

// All 256 folders at once, so that no commit has to make one and wait until that is durable.
Result<void> make_blob_folders(const base::File& blobs, model::DigestAlgorithm algorithm) {
  const std::string name(model::name(algorithm));
  BERTH_CHECK(make_folder_at(blobs.fd(), name));
  BERTH_TRY(const auto folder, open_folder_at(blobs.fd(), name));
  for (int prefix = 0; prefix < 256; ++prefix) {
    const auto byte = static_cast<std::byte>(prefix);
    BERTH_CHECK(make_folder_at(folder.fd(), base::to_hex({&byte, 1})));
  }
  return sync_folder(folder);
}

// A finished upload is renamed into place, which does not work across file systems: better said now than at each push.
Result<void> check_one_file_system(const base::File& uploads, const base::File& blobs) {
  BERTH_TRY(const auto from, stat_of(uploads));
  for (const auto algorithm : kAlgorithms) {
    BERTH_TRY(const auto to, stat_at(blobs.fd(), std::string(model::name(algorithm))));
    if (!to || to->st_dev != from.st_dev) {
      return fail(Errc::unsupported, "the folders of the blob store are on different file systems");
    }
  }
  return {};
}

}  // namespace

Result<Layout> Layout::open(const std::string& path) {
  BERTH_TRY(const auto root, open_root(path));
  // Two processes may start at once; the lock goes with the descriptor.
  while (::flock(root.fd(), LOCK_EX) != 0) {
    if (errno != EINTR) return os_error(errno, "lock " + path);
  }
  BERTH_TRY(const bool known, check_marker(root));
  for (const std::string name : {"uploads", "blobs"}) BERTH_CHECK(make_folder_at(root.fd(), name));
  BERTH_TRY(auto uploads, open_folder_at(root.fd(), "uploads"));
  BERTH_TRY(auto blobs, open_folder_at(root.fd(), "blobs"));
  for (const auto algorithm : kAlgorithms) BERTH_CHECK(make_blob_folders(blobs, algorithm));
  BERTH_CHECK(check_one_file_system(uploads, blobs));
  BERTH_CHECK(sync_folder(blobs));
  BERTH_CHECK(sync_folder(root));
  if (!known) BERTH_CHECK(write_marker(root));
  return Layout(std::move(uploads), std::move(blobs));
}

std::string Layout::folder_of(const model::Digest& digest) {
  std::string path(model::name(digest.algorithm()));
  return path.append("/").append(digest.hex().substr(0, 2));
}

std::string Layout::path_of(const BlobName& name) {
  auto path = folder_of(name.digest).append("/").append(name.digest.hex());
  return name.key.empty() ? path : path.append(".").append(name.key);
}

std::optional<BlobName> Layout::name_of(model::DigestAlgorithm algorithm, std::string_view file) {
  const auto dot = file.find('.');
  std::string key(dot == std::string_view::npos ? "" : file.substr(dot + 1));
  if (dot != std::string_view::npos && !is_storage_key(key)) return std::nullopt;
  auto digest = model::Digest::parse(std::string(model::name(algorithm)).append(":").append(file.substr(0, dot)));
  if (!digest) return std::nullopt;
  return BlobName{.digest = *std::move(digest), .key = std::move(key)};
}

}  // namespace berth::blob::local
