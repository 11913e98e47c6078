#include "api/ecr/service.h"

#include "api/aws/errors.h"
#include "api/ecr/call.h"
#include "api/ecr/errors.h"
#include "api/ecr/operations.h"

namespace berth::api::ecr {
namespace {

constexpr std::string_view kTargetPrefix = "AmazonEC2ContainerRegistry_V20150921.";

const Operation* operation_of(const web::Request& request) {
  auto target = request.headers.get("X-Amz-Target");
  if (request.method != web::Method::post || !target.starts_with(kTargetPrefix)) return nullptr;
  target.remove_prefix(kTargetPrefix.size());
  return find_operation(target);
}

base::Result<std::string> run(const Operation& operation, const Call& call, std::string body) {
  if (operation.run != nullptr) return operation.run(call, std::move(body));
  return base::fail(
      base::Errc::not_implemented,
      base::parameter_message("operation", std::string(operation.name) + " is not supported by this registry yet"));
}

}  // namespace

std::uint64_t Service::body_limit(const web::Request& request) const {
  const auto* const operation = operation_of(request);
  return operation != nullptr && operation->body == BodySize::large ? kLargeBody : kSmallBody;
}

web::Response Service::handle(const aws::Call& call, std::string body) const {
  const auto* const operation = operation_of(call.request);
  if (operation == nullptr) {
    return error({.code = base::Errc::unknown_operation, .message = "The operation requested is not known"},
                 call.scope.request_id);
  }
  const Call here{.deps = deps_,
                  .scope = call.scope,
                  .own = {.account = call.scope.caller.account, .region = call.region},
                  .endpoint = aws::Endpoint(call.request, deps_.endpoint)};
  auto answer = run(*operation, here, std::move(body));
  if (!answer) {
    aws::log_failure(deps_.log, answer.error(), call.scope.request_id);
    return error_response(exception_for(answer.error().code, operation->errors), answer.error(), call.scope.request_id);
  }
  web::Response response{.status = 200, .body = *std::move(answer)};
  response.headers.add("Content-Type", std::string(aws::kJsonContentType));
  return response;
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return error_response(exception_for(error.code), error, request_id);
}

}  // namespace berth::api::ecr
