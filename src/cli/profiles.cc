#include "cli/profiles.h"

namespace berth::cli {
namespace {

std::string file_at(const Environment& environment, std::string_view name, std::string_view below_home) {
  if (auto path = variable(environment, name)) return *path;
  const auto home = variable(environment, "HOME");
  return home ? *home + "/" + std::string(below_home) : "";
}

std::optional<std::string> value_of(const IniValues* values, std::string_view key) {
  if (values == nullptr) return std::nullopt;
  const auto found = values->find(std::string(key));
  return found == values->end() || found->second.empty() ? std::nullopt : std::optional(found->second);
}

const IniValues* section(const Ini& ini, const std::string& name) {
  const auto found = ini.find(name);
  return found == ini.end() ? nullptr : &found->second;
}

}  // namespace

std::optional<std::string> variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  return found == environment.end() || found->second.empty() ? std::nullopt : std::optional(found->second);
}

base::Result<Profiles> Profiles::load(const Environment& environment) {
  BERTH_TRY(auto config, read_ini(file_at(environment, "AWS_CONFIG_FILE", ".aws/config")));
  BERTH_TRY(auto credentials, read_ini(file_at(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")));
  return Profiles(std::move(config), std::move(credentials));
}

const IniValues* Profiles::in_config(std::string_view profile) const {
  const auto* found = section(config_, "profile " + std::string(profile));
  return found == nullptr && profile == "default" ? section(config_, "default") : found;
}

const IniValues* Profiles::in_credentials(std::string_view profile) const {
  return section(credentials_, std::string(profile));
}

bool Profiles::has(std::string_view profile) const {
  return in_config(profile) != nullptr || in_credentials(profile) != nullptr;
}

std::optional<std::string> Profiles::get(std::string_view profile, std::string_view key) const {
  auto found = value_of(in_credentials(profile), key);
  return found ? found : value_of(in_config(profile), key);
}

std::optional<Profiles::Keys> Profiles::keys(std::string_view profile) const {
  for (const IniValues* values : {in_credentials(profile), in_config(profile)}) {
    auto id = value_of(values, "aws_access_key_id");
    auto secret = value_of(values, "aws_secret_access_key");
    if (id && secret) {
      return Keys{.id = std::move(*id), .secret = std::move(*secret), .token = value_of(values, "aws_session_token")};
    }
  }
  return std::nullopt;
}

std::optional<std::string> Profiles::endpoint_url(std::string_view profile, std::string_view service) const {
  if (const auto services = get(profile, "services")) {
    auto found = value_of(section(config_, "services " + *services), std::string(service) + ".endpoint_url");
    if (found) return found;
  }
  return get(profile, "endpoint_url");
}

}  // namespace berth::cli
