// Registry passwords between two runs of the helper, one file each, readable by their owner only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

namespace berth::cli {

struct Login {
  std::string host;  // of the registry
  std::string username;
  base::Secret password;
  base::Timestamp expires;
  base::Timestamp renew;  // half of its lifetime: from then on a new one is made
};

// A folder, mode 0700, made when it is first needed. What cannot be read or written, or could be read by others, counts
// as not there: a cache never makes a login fail.
class TokenCache {
 public:
  explicit TokenCache(std::string folder) : folder_(std::move(folder)) {}  // empty: keeps nothing

  // `name`: of the principal, the registry and the server. nullopt: none, or it is time for a new one.
  std::optional<Login> find(std::string_view name, base::Timestamp now) const;
  void put(std::string_view name, const Login& login) const;
  void erase(std::string_view host) const;  // all of that registry
  std::vector<Login> all() const;

 private:
  std::string path_of(std::string_view name) const;
  std::optional<Login> read(const std::string& path) const;

  std::string folder_;
};

}  // namespace berth::cli
