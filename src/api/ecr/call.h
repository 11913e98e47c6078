// One authenticated call, and what an operation needs to answer it. Private to api/ecr.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/aws/endpoint.h"
#include "api/ecr/service.h"
#include "base/error.h"
#include "model/digest.h"
#include "model/repository.h"
#include "service/scope.h"

namespace berth::api::ecr {

// Lives as long as the call.
struct Call {
  const Deps& deps;
  const service::Scope& scope;
  model::RegistryRef own;  // the caller's account, in the region of the credential scope
  aws::Endpoint endpoint;

  // The registry meant by a request's registryId: without one the caller's own.
  base::Result<model::RegistryRef> registry(const std::optional<std::string>& registry_id) const;
  base::Result<model::RepositoryRef> repository(const std::optional<std::string>& registry_id,
                                                std::string_view repository_name) const;
};

constexpr bool names_a_value(base::Errc code) {
  return code == base::Errc::name_invalid || code == base::Errc::tag_invalid || code == base::Errc::digest_invalid ||
         code == base::Errc::manifest_invalid;
}

// Says at which member of the request a value was refused: name_invalid, tag_invalid, digest_invalid and
// manifest_invalid become invalid_parameter with ECR's text.
template <class T>
base::Result<T> at(std::string_view member, base::Result<T> result) {
  if (!result && names_a_value(result.error().code)) {
    result.error() = {.code = base::Errc::invalid_parameter,
                      .message = base::parameter_message(member, result.error().message),
                      .where = result.error().where};
  }
  return result;
}

base::Result<model::Digest> digest_at(std::string_view member, std::string_view text);

}  // namespace berth::api::ecr
