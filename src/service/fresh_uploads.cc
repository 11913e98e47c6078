#include "service/fresh_uploads.h"

namespace berth::service {

bool FreshUploads::add(const meta::Upload& upload) {
  std::lock_guard lock(mutex_);
  if (uploads_.size() >= kMost) return false;
  uploads_.insert_or_assign(upload.id, upload);
  return true;
}

std::optional<meta::Upload> FreshUploads::find(const std::string& id) const {
  std::lock_guard lock(mutex_);
  const auto found = uploads_.find(id);
  return found == uploads_.end() ? std::nullopt : std::optional(found->second);
}

bool FreshUploads::erase(const std::string& id) {
  std::lock_guard lock(mutex_);
  return uploads_.erase(id) > 0;
}

std::size_t FreshUploads::expire(base::Timestamp now) {
  std::lock_guard lock(mutex_);
  return std::erase_if(uploads_, [&](const auto& each) { return each.second.expires <= now; });
}

std::vector<meta::Upload> FreshUploads::all() const {
  std::lock_guard lock(mutex_);
  std::vector<meta::Upload> out;
  out.reserve(uploads_.size());
  for (const auto& [id, upload] : uploads_) out.push_back(upload);
  return out;
}

}  // namespace berth::service
