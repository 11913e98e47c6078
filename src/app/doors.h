// All doors behind the one public port: which of them a request is for.
#pragma once

#include "api/aws/front.h"
#include "api/oci/front.h"
#include "web/handler.h"

namespace berth::app {

// Both fronts outlive it.
class Doors final : public web::Handler {
 public:
  Doors(const api::oci::Front& oci, const api::aws::Front& aws) : oci_(oci), aws_(aws) {}
  web::Reaction handle(web::Request& request) override;
  std::optional<web::Response> at_once(web::Request& request) override { return oci_.at_once(request); }
  void done(const web::Request&, const web::Outcome&) noexcept override {}
  web::Response refusal(int status) noexcept override;
  web::Lane lane(const web::Request& request) const noexcept override;
  web::Response busy(web::Request* request, web::Busy why) noexcept override;

 private:
  const api::oci::Front& oci_;
  const api::aws::Front& aws_;
};

}  // namespace berth::app
