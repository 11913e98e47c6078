#include "app/doors.h"

namespace berth::app {

web::Reaction Doors::handle(web::Request& request) {
  if (oci_.serves(request)) return oci_.handle(request);
  if (api::aws::Front::serves(request.path())) return aws_.handle(request);
  return refusal(404);
}

web::Response Doors::refusal(int status) noexcept {
  web::Response response{.status = status, .body = std::string(web::reason(status)) + "\n"};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

}  // namespace berth::app
