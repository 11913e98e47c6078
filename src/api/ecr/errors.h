// What went wrong, in the words of the ECR API.
#pragma once

#include <string_view>

#include "api/ecr/exception.h"
#include "base/error.h"
#include "web/response.h"

namespace berth::api::ecr {

Exception exception_for(base::Errc code);
int status_of(Exception exception);  // 400, 413 or 500

// The same for an operation that may answer `declared` and the common ones, nothing else: what it does not declare
// becomes the nearest that it does.
Exception exception_for(base::Errc code, ExceptionSet declared);

web::Response error_response(Exception exception, const base::Error& error, std::string_view request_id);

}  // namespace berth::api::ecr
