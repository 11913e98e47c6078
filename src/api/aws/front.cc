#include "api/aws/front.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "api/aws/errors.h"
#include "base/bytes.h"
#include "crypto/hash.h"

namespace berth::api::aws {
namespace {

// What services answer that cannot be told from the request, as AWS's own front does.
constexpr std::string_view kFaultNamespace = "http://webservices.amazon.com/AWSFault/2005-15-09";

// What operations are called that change nothing. BatchCheckLayerAvailability renews leases.
constexpr std::string_view kReads[] = {"Get", "List", "Describe", "BatchGet", "Validate"};

auth::RequestHead head_of(const web::Request& request) {
  return {.method = web::name(request.method),
          .path = request.path(),
          .query = request.query(),
          .host = request.host,
          .headers = std::span(request.headers.begin(), request.headers.end())};
}

auth::Arrival arrival_of(const web::Request& request) {
  return {.client = request.client,
          .listener = request.listener,
          .secure = request.scheme == "https",
          .user_agent = request.headers.get("User-Agent"),
          .referer = request.headers.get("Referer")};
}

// The service that the request claims to be signed for, right or wrong; empty if it claims none.
std::string claimed_service(const auth::RequestHead& head) {
  const auto fields = auth::read_signature(head, auth::parse_query(head.query));
  if (!fields) return {};
  const auto credential = auth::parse_credential(fields->credential);
  return credential ? credential->scope.service : std::string();
}

web::Response with_request_id(web::Response response, const web::Request& request) {
  response.headers.set("x-amzn-RequestId", request.id);
  return response;
}

}  // namespace

Front::Front(const auth::SigV4Verifier& verifier, std::vector<const Service*> services, base::Log& log,
             std::chrono::milliseconds call, auth::Origins origins, service::KeyUse* key_use)
    : verifier_(verifier),
      services_(std::move(services)),
      log_(log),
      call_(call),
      origins_(std::move(origins)),
      key_use_(key_use) {}

const Service* Front::find(std::string_view name) const {
  const auto found = std::ranges::find(services_, name, &Service::name);
  return found == services_.end() ? nullptr : *found;
}

// In the words of the service, if there is one; else in the protocol that the request seems to speak.
web::Response Front::refuse(const Service* service, const web::Request& request, const base::Error& error) const {
  log_failure(log_, error, request.id);
  if (service != nullptr) return with_request_id(service->error(error, request.id), request);
  return with_request_id(request.headers.find("X-Amz-Target") ? json_error(error, request.id)
                                                              : query_error(kFaultNamespace, error, request.id),
                         request);
}

bool Front::only_reads(const web::Request& request) {
  const auto target = request.headers.get("X-Amz-Target");
  const auto operation = target.substr(target.rfind('.') + 1);  // npos + 1: all of it
  return std::ranges::any_of(kReads, [&](std::string_view verb) { return operation.starts_with(verb); });
}

web::Response Front::busy(const web::Request& request) const {
  auto response = refuse(find(claimed_service(head_of(request))), request,
                         {.code = base::Errc::throttled, .message = "Rate exceeded: the registry is busy; try again"});
  response.status = 503;
  return response;
}

web::Reaction Front::handle(const web::Request& request) const {
  const auto head = head_of(request);
  const Service* const service = find(claimed_service(head));
  auto pending = verifier_.inspect(head);
  if (!pending && pending.error().code == base::Errc::missing_authentication) {
    return without_signature(request, std::move(pending.error()));
  }
  if (!pending) return refuse(service, request, pending.error());
  if (service == nullptr) {
    return refuse(nullptr, request,
                  {.code = base::Errc::signature_mismatch,
                   .message = "Credential should be scoped to a service that is served here, not '" +
                              auth::printable(pending->service()) + "'. "});
  }
  return web::BufferedBody{
      .limit = service->body_limit(request),
      .then = [this, service, &request, pending = std::move(*pending)](base::Result<std::string> body) mutable {
        return answer(*service, request, std::move(pending), std::move(body));
      }};
}

// Only what is no JSON call and claims no signature at all: a wrong signature never becomes none.
web::Reaction Front::without_signature(const web::Request& request, base::Error error) const {
  std::uint64_t limit = 0;
  for (const Service* const service : services_) limit = std::max(limit, service->unsigned_body_limit());
  if (limit == 0 || request.headers.find("X-Amz-Target")) return refuse(nullptr, request, error);
  return web::BufferedBody{
      .limit = limit, .then = [this, &request, error = std::move(error)](base::Result<std::string> body) {
        if (!body) return refuse(nullptr, request, body.error());
        const auto takes = [&](const Service* service) { return service->takes_unsigned(request, *body); };
        const auto found = std::ranges::find_if(services_, takes);
        if (found == services_.end()) return refuse(nullptr, request, error);
        // Not a registry's region: only STS takes such calls, and it is one for all.
        auto region = model::Region::parse("us-east-1");
        return call(**found, request, auth::Caller::anonymous(), *std::move(region), *std::move(body));
      }};
}

web::Response Front::answer(const Service& service, const web::Request& request, auth::PendingSignature pending,
                            base::Result<std::string> body) const {
  if (!body) return refuse(&service, request, body.error());
  auto authenticated = verifier_.verify(std::move(pending), crypto::sha256_hex(base::as_bytes(*body)));
  if (!authenticated) return refuse(&service, request, authenticated.error());
  if (key_use_ != nullptr) key_use_->note(authenticated->caller, service.name(), authenticated->region.text());
  return call(service, request, std::move(authenticated->caller), std::move(authenticated->region), *std::move(body));
}

web::Response Front::call(const Service& service, const web::Request& request, auth::Caller caller,
                          model::Region region, std::string body) const {
  const Call call{.scope = {.caller = std::move(caller),
                            .request_id = request.id,
                            .deadline = base::Deadline::after(call_),
                            .origin = origins_.at(auth::Door::api, arrival_of(request))},
                  .region = std::move(region),
                  .request = request};
  return with_request_id(service.handle(call, std::move(body)), request);
}

}  // namespace berth::api::aws
