// What happens to every request whatever door it takes: it gets an id, it is counted, it is logged, and a bug in the
// code behind it becomes a 500. Each layer wraps another Handler, which outlives it; all are safe from any thread.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <string>

#include "base/log.h"
#include "base/metrics.h"
#include "web/handler.h"

namespace berth::web {

// Passes everything on.
class Layer : public Handler {
 public:
  explicit Layer(Handler& inner) : inner_(inner) {}
  Reaction handle(Request& request) override { return inner_.handle(request); }
  std::optional<Response> at_once(Request& request) override { return inner_.at_once(request); }
  void done(const Request& request, const Outcome& outcome) noexcept override { inner_.done(request, outcome); }
  Response refusal(int status) noexcept override { return inner_.refusal(status); }
  Lane lane(const Request& request) const noexcept override { return inner_.lane(request); }
  Response busy(Request* request, Busy why) noexcept override { return inner_.busy(request, why); }

 protected:
  Handler& inner() { return inner_; }

 private:
  Handler& inner_;
};

// Names each request and says the name in X-Request-Id of every answer. A trusted proxy's X-Request-Id is kept if it is
// 1 to 64 of [A-Za-z0-9-]; `make` makes all others, and must be safe from any thread and not throw.
class RequestId final : public Layer {
 public:
  RequestId(Handler& inner, std::function<std::string()> make) : Layer(inner), make_(std::move(make)) {}
  Reaction handle(Request& request) override;
  std::optional<Response> at_once(Request& request) override;
  Response refusal(int status) noexcept override;
  Response busy(Request* request, Busy why) noexcept override;

 private:
  void name_it(Request& request) const;
  std::function<std::string()> make_;
};

// Counts and times requests: berth_web_*.
class Measure final : public Layer {
 public:
  Measure(Handler& inner, base::Metrics& metrics);
  Reaction handle(Request& request) override;
  std::optional<Response> at_once(Request& request) override;
  void done(const Request& request, const Outcome& outcome) noexcept override;
  Response refusal(int status) noexcept override;
  Response busy(Request* request, Busy why) noexcept override;

 private:
  static constexpr std::size_t kMethods = 8;
  static constexpr std::size_t kStatuses = 600;
  base::Counter& requests(Method method, int status);

  base::Gauge& in_flight_;
  base::Family<base::Counter>& requests_;
  base::Family<base::Counter>& refusals_;
  base::Family<base::Counter>& shed_;
  base::Counter& received_;
  base::Counter& sent_;
  std::array<base::Histogram*, kMethods> seconds_;
  // Of requests_, by method and status, so that they are looked up once.
  std::array<std::array<std::atomic<base::Counter*>, kStatuses>, kMethods> known_requests_{};
};

// Writes one line for each request, when it has ended. Never a header that authenticates, never a body, and no query
// value that is a secret (web/redact.h).
class AccessLog final : public Layer {
 public:
  AccessLog(Handler& inner, base::Log& log) : Layer(inner), log_(log) {}
  void done(const Request& request, const Outcome& outcome) noexcept override;

 private:
  base::Log& log_;
};

// Turns an exception, which is a bug, into refusal(500) and a line in the log that has the request's id.
class CatchAll final : public Layer {
 public:
  CatchAll(Handler& inner, base::Log& log) : Layer(inner), log_(log) {}
  Reaction handle(Request& request) override;
  std::optional<Response> at_once(Request& request) override;

 private:
  Response bug(const std::string& id, std::string_view what) noexcept;
  base::Log& log_;
};

// All of them in their order. `inner` and what else is given outlive it.
class Middleware {
 public:
  Middleware(Handler& inner, base::Log& log, base::Log& access_log, base::Metrics& metrics,
             std::function<std::string()> make_id)
      : catch_all_(inner, log),
        access_log_(catch_all_, access_log),
        measure_(access_log_, metrics),
        request_id_(measure_, std::move(make_id)) {}

  Handler& front() { return request_id_; }

 private:
  CatchAll catch_all_;  // innermost: what the others see never throws
  AccessLog access_log_;
  Measure measure_;
  RequestId request_id_;  // outermost: all others may use the id
};

}  // namespace berth::web
