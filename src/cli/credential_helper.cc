#include "cli/credential_helper.h"

#include "base/text.h"
#include "cli/kubelet_provider.h"

namespace berth::cli {
namespace {

using base::Errc;
using base::fail;

Spoken refuse(const base::Error& error) { return {.status = 1, .out = {}, .note = error.message}; }

// A value and where it goes: nullptr for what is no flag of ours.
std::optional<std::string>* place_of(std::string_view flag, HelperArguments& out, std::optional<std::string>& own) {
  if (flag == "--endpoint-url") return &out.overrides.endpoint_url;
  if (flag == "--sts-endpoint-url") return &out.overrides.sts_endpoint_url;
  if (flag == "--region") return &out.overrides.region;
  if (flag == "--profile") return &out.overrides.profile;
  if (flag == "--ca-bundle") return &out.overrides.ca_bundle;
  return flag == "--config" ? &own : nullptr;
}

}  // namespace

base::Result<HelperArguments> parse_helper_arguments(std::span<const std::string> arguments) {
  HelperArguments out;
  std::optional<std::string> own;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--no-cache") {
      out.cache = false;
      continue;
    }
    if (!argument.starts_with('-')) {
      std::string& next = out.protocol.empty() ? out.protocol : out.action;
      if (!next.empty())
        return fail(Errc::invalid_parameter, base::escape_controls(argument) + ": one action at a time");
      next = argument;
      continue;
    }
    const auto equals = argument.find('=');
    auto* place = place_of(std::string_view(argument).substr(0, equals), out, own);
    if (place == nullptr) return fail(Errc::invalid_parameter, base::escape_controls(argument) + ": not understood");
    if (equals == std::string::npos && i + 1 == arguments.size()) {
      return fail(Errc::invalid_parameter, argument + ": needs a value");
    }
    *place = equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
  }
  const bool docker = out.protocol == "docker" && !out.action.empty();
  if (!docker && !(out.protocol == "kubelet" && out.action.empty())) {
    return fail(Errc::invalid_parameter, "usage: berth credential-helper docker get|list|store|erase | kubelet");
  }
  out.own_file = own.value_or("");
  return out;
}

Spoken credential_helper(const HelperArguments& arguments, std::string_view input, Environment environment,
                         fetch::Sender& http, const base::Clock& clock) {
  const auto home = variable(environment, "HOME");
  std::string own_file = arguments.own_file;
  if (own_file.empty())
    own_file = variable(environment, "BERTH_HELPER_CONFIG").value_or(home ? *home + "/.berth/config" : "");
  auto own = read_ini(own_file);
  if (!own) return refuse(own.error());
  auto profiles = Profiles::load(environment);
  if (!profiles) return refuse(profiles.error());

  const TokenCache cache(arguments.cache && home ? *home + "/.berth/tokens" : "");
  const Surroundings around{.environment = std::move(environment),
                            .profiles = *std::move(profiles),
                            .own = *std::move(own),
                            .overrides = arguments.overrides};
  const Broker broker(around, http, cache, clock);
  if (arguments.protocol == "kubelet") return kubelet_provider(input, broker, around.environment, clock);
  return docker_helper(arguments.action, input, broker, cache, around.own);
}

}  // namespace berth::cli
