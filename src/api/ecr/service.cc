#include "api/ecr/service.h"

#include "api/ecr/call.h"
#include "api/ecr/errors.h"
#include "api/ecr/operations.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kTargetPrefix = "AmazonEC2ContainerRegistry_V20150921.";
constexpr std::string_view kExtensionPrefix = "BerthRegistry_V20261126.";

const Operation* operation_of(const web::Request& request) {
  if (const auto* const extension = requested_of(extensions(), kExtensionPrefix, request)) return extension;
  return requested_of(operations(), kTargetPrefix, request);
}

base::Result<std::string> run(const Operation& operation, const Call& call, std::string body) {
  if (call.deps.rates != nullptr) {
    BERTH_CHECK(call.deps.rates->take(call.scope.caller.account, call.own.region, operation.name));
  }
  if (operation.run != nullptr) return operation.run(call, std::move(body));
  return base::fail(
      base::Errc::not_implemented,
      base::parameter_message("operation", std::string(operation.name) + " is not supported by this registry yet"));
}

}  // namespace

std::uint64_t Service::body_limit(const web::Request& request) const { return body_limit_of(operation_of(request)); }

web::Response Service::handle(const aws::Call& call, std::string body) const {
  const auto* const operation = operation_of(call.request);
  if (operation == nullptr) return unknown_operation(call.scope.request_id);
  const Call here{.deps = deps_,
                  .scope = call.scope,
                  .own = {.account = call.scope.caller.account, .region = call.region},
                  .endpoint = aws::Endpoint(call.request, deps_.endpoint)};
  return answer_of(*operation, run(*operation, here, std::move(body)), deps_.log, call.scope.request_id);
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return error_response(exception_for(error.code), error, request_id);
}

}  // namespace berth::api::ecr
