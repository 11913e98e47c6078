// Which registry a Host addresses: <account>.dkr.ecr.<region>.<domain>, with ECR's own variants of it, or the default
// registry for every other name, so that `localhost:5000` works without DNS. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/repository.h"

namespace berth::api::oci {

// nullopt: not an ECR name. `host` may carry a port. `domains`: e.g. "amazonaws.com"; "on.aws" is known besides.
std::optional<model::RegistryRef> registry_of_host(std::string_view host, std::span<const std::string> domains);

}  // namespace berth::api::oci
