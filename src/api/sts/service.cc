#include "api/sts/service.h"

#include "api/aws/errors.h"
#include "api/aws/xml.h"
#include "web/url.h"

namespace berth::api::sts {
namespace {

constexpr std::string_view kNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";
constexpr std::string_view kVersion = "2011-06-15";

// The parameters stand in the body, or in the query of a signed URL.
base::Result<web::Query> parameters(const web::Request& request, std::string_view body) {
  BERTH_TRY(auto query, web::Query::parse(request.query()));
  if (query.contains("Action")) return query;
  return web::Query::parse(body);
}

// Needs no permission, and none can take it away: it tells callers nothing but who they are.
web::Response get_caller_identity(const aws::Call& call) {
  const auto& caller = call.scope.caller;
  aws::XmlWriter xml;
  xml.begin("GetCallerIdentityResponse", kNamespace);
  xml.begin("GetCallerIdentityResult");
  xml.element("Arn", caller.arn);
  xml.element("UserId", caller.user_id);
  xml.element("Account", caller.account.text());
  xml.end();
  xml.begin("ResponseMetadata");
  xml.element("RequestId", call.scope.request_id);
  xml.end();
  xml.end();
  web::Response response{.status = 200, .body = xml.take()};
  response.headers.add("Content-Type", std::string(aws::kXmlContentType));
  return response;
}

base::Error unknown_action(const web::Query& form) {
  const auto version = form.find("Version").value_or("NO_VERSION_SPECIFIED");
  return {.code = base::Errc::unknown_operation,
          .message =
              "Could not find operation " + std::string(form.get("Action")) + " for version " + std::string(version)};
}

}  // namespace

web::Response Service::handle(const aws::Call& call, std::string body) const {
  const auto form = parameters(call.request, body);
  if (!form) return error(form.error(), call.scope.request_id);
  if (form->get("Action") == "GetCallerIdentity" && form->get("Version") == kVersion) return get_caller_identity(call);
  return error(unknown_action(*form), call.scope.request_id);
}

web::Response Service::error(const base::Error& error, std::string_view request_id) const {
  return aws::query_error(kNamespace, error, request_id);
}

}  // namespace berth::api::sts
