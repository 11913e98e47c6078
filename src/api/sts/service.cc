#include "api/sts/service.h"

#include <array>

#include "api/aws/errors.h"
#include "api/aws/query_api.h"

namespace berth::api::sts {
namespace {

constexpr aws::QueryApi kApi = {.xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/", .version = "2011-06-15"};

struct GetCallerIdentityRequest {
  template <class F>
  void fields(F&) {}
};

struct GetCallerIdentityResponse {
  std::string arn, user_id, account;

  template <class F>
  void fields(F& f) {
    f.opt("Arn", arn);
    f.opt("UserId", user_id);
    f.opt("Account", account);
  }
};

// Needs no permission, and none can take it away: it tells callers nothing but who they are.
base::Result<GetCallerIdentityResponse> get_caller_identity(const aws::Call& call, GetCallerIdentityRequest) {
  const auto& caller = call.scope.caller;
  return GetCallerIdentityResponse{.arn = caller.arn, .user_id = caller.user_id, .account = caller.account.text()};
}

constexpr auto kOperations = std::to_array<aws::QueryOperation<aws::Call>>({
    aws::query_operation<&get_caller_identity>("GetCallerIdentity"),
});

}  // namespace

web::Response Service::handle(const aws::Call& call, std::string body) const {
  return aws::answer_query<aws::Call>(kApi, kOperations, call, call, body, log_);
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return aws::query_error(kApi.xml_namespace, error, request_id);
}

}  // namespace berth::api::sts
