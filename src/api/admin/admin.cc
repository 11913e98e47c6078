#include "api/admin/admin.h"

namespace berth::api::admin {
namespace {

web::Response text(int status, std::string body, std::string_view type = "text/plain; charset=utf-8") {
  web::Response response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", std::string(type));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

web::Reaction Admin::handle(web::Request& request) {
  const auto path = request.path();
  if (path != "/healthz" && path != "/readyz" && path != "/metrics") return text(404, "not found\n");
  if (request.method != web::Method::get && request.method != web::Method::head) {
    auto response = text(405, "method not allowed\n");
    response.headers.add("Allow", "GET, HEAD");
    return response;
  }
  const auto alive = [&](std::string_view word) {
    const auto trouble = degraded_();
    return text(200, std::string(word) + (trouble.empty() ? "" : ", degraded: " + trouble) + "\n");
  };
  if (path == "/healthz") return alive("ok");
  if (path == "/metrics") return text(200, metrics_.exposition(), base::Metrics::kContentType);
  if (draining_) return text(503, "draining\n");
  if (const auto ready = ready_(); !ready) return text(503, std::string(base::name(ready.error().code)) + "\n");
  return alive("ready");
}

web::Response Admin::refusal(int status) noexcept { return text(status, std::string(web::reason(status)) + "\n"); }

}  // namespace berth::api::admin
