#include "api/sts/service.h"

#include "api/aws/errors.h"
#include "api/aws/query_api.h"
#include "api/sts/operations.h"

namespace berth::api::sts {
namespace {

constexpr aws::QueryApi kApi = {.xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/", .version = "2011-06-15"};

}  // namespace

bool Service::takes_unsigned(const web::Request& request, std::string_view body) const {
  const auto form = aws::query_form(request, body);
  return form && form->get("Action") == kUnsignedOperation && form->get("Version") == kApi.version;
}

web::Response Service::handle(const aws::Call& call, std::string body) const {
  const Call context{.tokens = tokens_, .scope = call.scope, .region = call.region.text()};
  return aws::answer_query<Call>(kApi, operations(), context, call, body, log_);
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return aws::query_error(kApi.xml_namespace, error, request_id);
}

}  // namespace berth::api::sts
