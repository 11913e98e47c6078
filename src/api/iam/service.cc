#include "api/iam/service.h"

#include "api/aws/errors.h"
#include "api/aws/query_api.h"
#include "api/iam/operations.h"

namespace berth::api::iam {
namespace {

constexpr aws::QueryApi kApi = {.xml_namespace = "https://iam.amazonaws.com/doc/2010-05-08/", .version = "2010-05-08"};

}  // namespace

web::Response Service::handle(const aws::Call& call, std::string body) const {
  return aws::answer_query<Call>(kApi, operations(), {.iam = services_, .scope = call.scope}, call, body, log_);
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return aws::query_error(kApi.xml_namespace, error, request_id);
}

}  // namespace berth::api::iam
