// `berth credential-helper docker|kubelet`, and `docker-credential-berth`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cli/docker_helper.h"
#include "fetch/sender.h"

namespace berth::cli {

// What the arguments are; all but the action may be absent.
struct HelperArguments {
  std::string protocol;  // docker, kubelet
  std::string action;    // of docker
  Overrides overrides;
  std::string own_file;  // empty: BERTH_HELPER_CONFIG, else ~/.berth/config
  bool cache = true;
};

// --endpoint-url, --sts-endpoint-url, --region, --profile, --ca-bundle, --config, each with a value; --no-cache.
// invalid_parameter: anything else.
base::Result<HelperArguments> parse_helper_arguments(std::span<const std::string> arguments);

// `input`: all of standard input. Tokens are kept in ~/.berth/tokens.
Spoken credential_helper(const HelperArguments& arguments, std::string_view input, Environment environment,
                         fetch::Sender& http, const base::Clock& clock);

}  // namespace berth::cli
