#include "api/ecrpublic/service.h"

#include "api/ecr/errors.h"
#include "api/ecrpublic/call.h"
#include "api/ecrpublic/operations.h"

namespace berth::api::ecrpublic {
namespace {

constexpr std::string_view kTargetPrefix = "SpencerFrontendService.";

const Operation* operation_of(const web::Request& request) {
  return ecr::requested_of(operations(), kTargetPrefix, request);
}

// One registry for the whole world, with endpoints in these (AWS General Reference, "Amazon ECR Public endpoints").
bool has_endpoint(const model::Region& region) { return region.text() == "us-east-1" || region.text() == "us-west-2"; }

base::Result<std::string> run(const Operation& operation, const aws::Call& call, const Call& here, std::string body) {
  if (auto* const rates = here.deps.ecr.rates; rates != nullptr) {
    BERTH_CHECK(rates->take(call.scope.caller.account, here.ecr.own.region, operation.name));
  }
  if (has_endpoint(call.region)) return operation.run(here, std::move(body));
  return base::fail(base::Errc::unsupported,
                    "The action isn't supported in this Region. Sign for us-east-1, where ECR Public is.");
}

}  // namespace

std::uint64_t Service::body_limit(const web::Request& request) const {
  return ecr::body_limit_of(operation_of(request));
}

web::Response Service::handle(const aws::Call& call, std::string body) const {
  const auto* const operation = operation_of(call.request);
  if (operation == nullptr) return ecr::unknown_operation(call.scope.request_id);
  const Call here{.deps = deps_,
                  .ecr = {.deps = deps_.ecr,
                          .scope = call.scope,
                          .own = model::RegistryRef::public_of(call.scope.caller.account),
                          .endpoint = aws::Endpoint(call.request, deps_.ecr.endpoint)}};
  return ecr::answer_of(*operation, run(*operation, call, here, std::move(body)), deps_.ecr.log, call.scope.request_id);
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return ecr::error_response(ecr::exception_for(error.code), error, request_id);
}

}  // namespace berth::api::ecrpublic
