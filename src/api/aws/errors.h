// The errors that every AWS service has, and the two forms in which services answer errors.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/log.h"
#include "web/response.h"

namespace berth::api::aws {

// A code as the services name it that know nothing better ("Common errors" of the AWS API references). JSON services
// answer client errors with 400, Query services with the status given here.
struct CommonError {
  std::string_view json;   // __type of AWS JSON 1.1, e.g. "UnrecognizedClientException"
  std::string_view query;  // Code of the Query protocol, e.g. "InvalidClientTokenId"
  int query_status;
};
CommonError common_error(base::Errc code);

// Status of a JSON 1.1 service for an exception of this code: 400, 413 or 500.
int json_status(base::Errc code);

// What the client may read: the error's own message, or for `internal` and `corrupt` the request id to ask for.
std::string public_message(const base::Error& error, std::string_view request_id);

// Writes a failure of Berth itself (status 500) to the log, and nothing else.
void log_failure(base::Log& log, const base::Error& error, std::string_view request_id);

inline constexpr std::string_view kJsonContentType = "application/x-amz-json-1.1";
inline constexpr std::string_view kXmlContentType = "text/xml";

// AWS JSON 1.1, byte for byte as ECR answers: {"__type":"..","message":".."}, then the error's details.
web::Response json_error(std::string_view type, int status, const base::Error& error, std::string_view request_id);
web::Response json_error(const base::Error& error, std::string_view request_id);  // by common_error()

// Query protocol: <ErrorResponse xmlns=".."><Error>..</Error><RequestId>..</RequestId></ErrorResponse>
web::Response query_error(std::string_view xml_namespace, const base::Error& error, std::string_view request_id);

}  // namespace berth::api::aws
