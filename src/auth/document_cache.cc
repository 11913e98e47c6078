#include "auth/document_cache.h"

namespace berth::auth {

base::Result<std::shared_ptr<const policy::Document>> DocumentCache::find(std::string_view name, std::string_view text,
                                                                          policy::Kind kind) {
  std::string key(1, static_cast<char>('0' + static_cast<int>(kind)));
  key += text;
  {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(key);
    if (found != documents_.end()) return found->second;
  }
  auto document = policy::Document::parse(text, kind);
  if (!document) {
    return base::fail(base::Errc::corrupt,
                      "the policy '" + std::string(name) + "' in metadata: " + document.error().message);
  }
  const std::lock_guard lock(mutex_);
  if (documents_.size() >= max_entries_) documents_.clear();
  documents_.insert_or_assign(std::move(key), *document);
  return *std::move(document);
}

}  // namespace berth::auth
