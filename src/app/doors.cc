#include "app/doors.h"

namespace berth::app {

web::Reaction Doors::handle(web::Request& request) {
  if (oci_.serves(request)) return oci_.handle(request);
  if (api::aws::Front::serves(request.path())) return aws_.handle(request);
  return refusal(404);
}

web::Lane Doors::lane(const web::Request& request) const noexcept {
  const bool reads = api::aws::Front::serves(request.path()) ? api::aws::Front::only_reads(request)
                                                             : api::oci::Front::only_reads(request);
  return reads ? web::Lane::reads : web::Lane::writes;
}

web::Response Doors::busy(web::Request* request, web::Busy) noexcept {
  if (request == nullptr) return refusal(503);
  if (oci_.serves(*request)) return oci_.busy(*request);
  if (api::aws::Front::serves(request->path())) return aws_.busy(*request);
  return refusal(503);
}

web::Response Doors::refusal(int status) noexcept {
  web::Response response{.status = status, .body = std::string(web::reason(status)) + "\n"};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

}  // namespace berth::app
