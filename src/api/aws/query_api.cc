#include "api/aws/query_api.h"

#include "api/aws/errors.h"

namespace berth::api::aws {

base::Error unknown_action(const web::Query& form) {
  const auto version = form.find("Version").value_or("NO_VERSION_SPECIFIED");
  return {.code = base::Errc::unknown_operation,
          .message =
              "Could not find operation " + std::string(form.get("Action")) + " for version " + std::string(version)};
}

web::Response query_response(std::string body) {
  web::Response response{.status = 200, .body = std::move(body)};
  response.headers.add("Content-Type", std::string(kXmlContentType));
  return response;
}

void begin_answer(XmlWriter& out, const QueryApi& api, std::string_view name) {
  out.begin(std::string(name) + "Response", api.xml_namespace);
}

std::string end_answer(XmlWriter& out, std::string_view request_id) {
  out.begin("ResponseMetadata");
  out.element("RequestId", request_id);
  out.end();
  out.end();
  return out.take();
}

web::Response failed_query(const QueryApi& api, const base::Error& error, std::string_view request_id, base::Log& log) {
  log_failure(log, error, request_id);
  return query_error(api.xml_namespace, error, request_id);
}

}  // namespace berth::api::aws
