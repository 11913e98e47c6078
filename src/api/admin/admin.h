// /healthz, /readyz, /metrics. Not authenticated: the admin listener is for a private address.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "base/error.h"
#include "base/metrics.h"
#include "web/handler.h"

namespace berth::api::admin {

// Safe from any thread; `metrics` outlives it.
class Admin final : public web::Handler {
 public:
  using Probe = std::function<base::Result<void>()>;
  // `ready` asks the stores; it may block for a moment. `degraded` says what does not work although the server does;
  // empty: nothing. It must not block.
  Admin(const base::Metrics& metrics, Probe ready, std::function<std::string()> degraded)
      : metrics_(metrics), ready_(std::move(ready)), degraded_(std::move(degraded)) {}

  void drain() { draining_ = true; }  // not ready any more: load balancers look elsewhere

  web::Reaction handle(web::Request& request) override;
  void done(const web::Request&, const web::Outcome&) noexcept override {}
  web::Response refusal(int status) noexcept override;

 private:
  const base::Metrics& metrics_;
  Probe ready_;
  std::function<std::string()> degraded_;
  std::atomic<bool> draining_ = false;
};

}  // namespace berth::api::admin
