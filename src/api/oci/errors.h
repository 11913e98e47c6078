// How an error looks at the OCI door (distribution-spec 1.1, "Error Codes").
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/log.h"
#include "web/response.h"

namespace berth::api::oci {

struct WireError {
  std::string_view code;
  int status;
};
WireError wire_error(base::Errc code);

// {"errors":[{"code":..,"message":..}]}. What the client must not see goes to the log, where `request_id` finds it.
web::Response error_response(const base::Error& error, std::string_view request_id, base::Log& log);

}  // namespace berth::api::oci
