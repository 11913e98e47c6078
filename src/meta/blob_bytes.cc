#include "meta/blob_bytes.h"

#include <utility>

namespace berth::meta {
namespace {

constexpr std::string_view kPrefix = "row-";

}  // namespace

std::string row_key(std::string_view ulid) { return std::string(kPrefix).append(ulid); }
bool is_row_key(std::string_view storage_key) { return storage_key.starts_with(kPrefix); }

base::Result<void> BlobBytes::add(const std::string& key, std::string bytes) {
  BERTH_CHECK(
      tx_.exec("INSERT INTO blob_bytes (storage_key, bytes) VALUES ($1, $2)", {key, sql::Blob{std::move(bytes)}}));
  return {};
}

base::Result<std::optional<std::string>> BlobBytes::find(const std::string& key) {
  BERTH_TRY(const auto rows, tx_.query("SELECT bytes FROM blob_bytes WHERE storage_key = $1", {key}));
  if (rows.empty()) return std::nullopt;
  return rows.front().blob(0);
}

base::Result<std::optional<std::uint64_t>> BlobBytes::size(const std::string& key) {
  BERTH_TRY(const auto rows, tx_.query("SELECT length(bytes) FROM blob_bytes WHERE storage_key = $1", {key}));
  if (rows.empty()) return std::nullopt;
  return static_cast<std::uint64_t>(rows.front().integer(0));
}

base::Result<bool> BlobBytes::remove(const std::string& key) {
  BERTH_TRY(const auto changed, tx_.exec("DELETE FROM blob_bytes WHERE storage_key = $1", {key}));
  return changed > 0;
}

}  // namespace berth::meta
