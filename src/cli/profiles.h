// The profiles of ~/.aws/config and ~/.aws/credentials, and what the environment says about them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/ini.h"
#include "config/load.h"

namespace berth::cli {

using config::Environment;

// The variable, if it is there and not empty.
std::optional<std::string> variable(const Environment& environment, std::string_view name);

// A value, read once.
class Profiles {
 public:
  // Where: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else below HOME. A file that is not there is an empty one.
  static base::Result<Profiles> load(const Environment& environment);
  Profiles(Ini config, Ini credentials) : config_(std::move(config)), credentials_(std::move(credentials)) {}

  bool has(std::string_view profile) const;
  // What the credentials file says goes before what the config file says.
  std::optional<std::string> get(std::string_view profile, std::string_view key) const;
  // Both halves of a key stand in one file.
  struct Keys {
    std::string id, secret;
    std::optional<std::string> token;
  };
  std::optional<Keys> keys(std::string_view profile) const;
  // endpoint_url of a service ("ecr"): of the profile's `services` section, else the profile's own.
  std::optional<std::string> endpoint_url(std::string_view profile, std::string_view service) const;

 private:
  const IniValues* in_config(std::string_view profile) const;
  const IniValues* in_credentials(std::string_view profile) const;

  Ini config_;
  Ini credentials_;
};

}  // namespace berth::cli
