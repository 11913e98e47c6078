#include "api/organizations/service.h"

#include "api/aws/errors.h"
#include "api/organizations/errors.h"
#include "api/organizations/operations.h"

namespace berth::api::organizations {
namespace {

constexpr std::string_view kTargetPrefix = "AWSOrganizationsV20161128.";

const Operation* operation_of(const web::Request& request) {
  auto target = request.headers.get("X-Amz-Target");
  if (request.method != web::Method::post || !target.starts_with(kTargetPrefix)) return nullptr;
  target.remove_prefix(kTargetPrefix.size());
  return find_operation(target);
}

}  // namespace

web::Response Service::handle(const aws::Call& call, std::string body) const {
  const auto& request_id = call.scope.request_id;
  const auto* const operation = operation_of(call.request);
  if (operation == nullptr) {
    return error({.code = base::Errc::unknown_operation, .message = "The operation requested is not known"},
                 request_id);
  }
  auto answer = operation->run({.iam = services_, .scope = call.scope}, std::move(body));
  if (!answer) {
    aws::log_failure(log_, answer.error(), request_id);
    return error_response(answer.error(), *operation, request_id);
  }
  web::Response response{.status = 200, .body = *std::move(answer)};
  response.headers.add("Content-Type", std::string(aws::kJsonContentType));
  return response;
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return aws::json_error(error, request_id);
}

}  // namespace berth::api::organizations
