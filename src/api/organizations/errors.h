// What went wrong, in the words of AWS Organizations.
#pragma once

#include <string_view>

#include "api/organizations/operations.h"
#include "base/error.h"
#include "web/response.h"

namespace berth::api::organizations {

// `error` comes from `operation`, or from reading its request. A detail "subject" of service/iam says which exception
// is meant, and is not shown; a detail "Reason" is.
web::Response error_response(const base::Error& error, const Operation& operation, std::string_view request_id);

// Fails with the exception called `name`, for what no code of base::Errc says: PolicyTypeNotEnabledException and the
// like.
std::unexpected<base::Error> fail_as(std::string_view name, std::string message);
std::unexpected<base::Error> fail_input(std::string_view reason, std::string message);  // InvalidInputException

}  // namespace berth::api::organizations
