// Parsed policies by their text, so that a change of one does not mean to parse all again.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "policy/document.h"

namespace berth::auth {

// Safe from any thread. Memory is bounded: a full cache begins anew.
class DocumentCache {
 public:
  explicit DocumentCache(std::size_t max_entries) : max_entries_(max_entries) {}

  // `corrupt`: what was valid when it was stored does not parse. Nothing is decided then. `name` is for that message.
  base::Result<std::shared_ptr<const policy::Document>> find(std::string_view name, std::string_view text,
                                                             policy::Kind kind);

 private:
  const std::size_t max_entries_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const policy::Document>, std::less<>> documents_;  // by kind and text
};

}  // namespace berth::auth
