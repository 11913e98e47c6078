#include "web/middleware.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "web/hooked.h"
#include "web/redact.h"

namespace berth::web {
namespace {

constexpr std::string_view kRequestId = "X-Request-Id";

bool fit_for_an_id(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, plain);
}

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

std::string_view name(Busy why) {
  switch (why) {
    case Busy::queue: return "queue";
    case Busy::waited: return "waited";
    case Busy::memory: return "memory";
    case Busy::connections: return "connections";
    case Busy::idle: return "idle";
    case Busy::descriptors: return "descriptors";
  }
  std::unreachable();
}

void RequestId::name_it(Request& request) const {
  const auto given = request.trusted_peer ? request.headers.get(kRequestId) : std::string_view();
  request.id = fit_for_an_id(given) ? std::string(given) : make_();
}

Reaction RequestId::handle(Request& request) {
  name_it(request);
  auto reaction = inner().handle(request);
  if (auto* response = std::get_if<Response>(&reaction)) {
    response->headers.set(kRequestId, request.id);
    return reaction;
  }
  return hooked(std::move(reaction), [&id = request.id](const auto& work) {
    auto response = work();
    if (response) response->headers.set(kRequestId, id);
    return response;
  });
}

std::optional<Response> RequestId::at_once(Request& request) {
  name_it(request);
  auto response = inner().at_once(request);
  if (response) response->headers.add(std::string(kRequestId), request.id);
  return response;
}

Response RequestId::refusal(int status) noexcept {
  auto response = inner().refusal(status);
  response.headers.set(kRequestId, make_());
  return response;
}

Response RequestId::busy(Request* request, Busy why) noexcept {
  if (request != nullptr && request->id.empty()) name_it(*request);
  auto response = inner().busy(request, why);
  response.headers.set(kRequestId, request != nullptr ? request->id : make_());
  return response;
}

Measure::Measure(Handler& inner, base::Metrics& metrics)
    : Layer(inner),
      in_flight_(metrics.gauge("berth_web_requests_in_flight", "Requests that a handler is working on.")),
      requests_(metrics.counters("berth_web_requests_total", "Requests answered; status 0: the client left first.",
                                 {"method", "status"})),
      refusals_(
          metrics.counters("berth_web_refusals_total", "What was refused before it became a request.", {"status"})),
      shed_(metrics.counters("berth_web_shed_total", "Requests and connections turned away because of load.",
                             {"reason"})),
      received_(metrics.counter("berth_web_received_bytes_total", "Body bytes of requests.")),
      sent_(metrics.counter("berth_web_sent_bytes_total", "Body bytes of answers.")) {
  auto& seconds = metrics.histograms("berth_web_request_seconds",
                                     "From the first byte of a request to the last of its answer.", {"method"});
  static_assert(static_cast<std::size_t>(Method::other) + 1 == kMethods);
  for (std::size_t i = 0; i < kMethods; ++i) seconds_[i] = &seconds.with({name(static_cast<Method>(i))});
}

base::Counter& Measure::requests(Method method, int status) {
  const auto find = [&]() -> base::Counter& { return requests_.with({name(method), std::to_string(status)}); };
  if (status < 0 || status >= static_cast<int>(kStatuses)) return find();
  auto& known = known_requests_[static_cast<std::size_t>(method)][static_cast<std::size_t>(status)];
  auto* counter = known.load(std::memory_order_acquire);
  if (counter == nullptr) known.store(counter = &find(), std::memory_order_release);
  return *counter;
}

Reaction Measure::handle(Request& request) {
  in_flight_.add();
  return inner().handle(request);
}

std::optional<Response> Measure::at_once(Request& request) {
  auto response = inner().at_once(request);
  if (response) in_flight_.add();
  return response;
}

void Measure::done(const Request& request, const Outcome& outcome) noexcept {
  in_flight_.sub();
  requests(request.method, outcome.status).add();
  seconds_[static_cast<std::size_t>(request.method)]->observe(seconds(outcome.duration));
  received_.add(outcome.received);
  sent_.add(outcome.sent);
  inner().done(request, outcome);
}

Response Measure::refusal(int status) noexcept {
  refusals_.with({std::to_string(status)}).add();
  return inner().refusal(status);
}

Response Measure::busy(Request* request, Busy why) noexcept {
  shed_.with({name(why)}).add();
  return inner().busy(request, why);
}

void AccessLog::done(const Request& request, const Outcome& outcome) noexcept {
  if (log_.enabled(base::LogLevel::info)) {
    std::string redacted;
    std::string_view target = request.target;
    if (target.contains('?')) target = redacted = redact_target(target);
    log_.info("request", {{"id", request.id},
                          {"client", request.client},
                          {"peer", request.peer},
                          {"method", name(request.method)},
                          {"host", request.host},
                          {"target", target},
                          {"status", outcome.status},
                          {"received", outcome.received},
                          {"sent", outcome.sent},
                          {"seconds", seconds(outcome.duration)},
                          {"complete", outcome.complete},
                          {"user_agent", request.headers.get("User-Agent")}});
  }
  inner().done(request, outcome);
}

Response CatchAll::bug(const std::string& id, std::string_view what) noexcept {
  log_.error("a handler threw", {{"id", id}, {"what", what}});
  return inner().refusal(500);
}

Reaction CatchAll::handle(Request& request) {
  const auto guard = [this, &id = request.id](const auto& work) -> std::optional<Response> {
    try {
      return work();
    } catch (const std::exception& e) {
      return bug(id, e.what());
    } catch (...) {
      return bug(id, "something that is not a std::exception");
    }
  };
  std::optional<Reaction> reaction;
  auto failure = guard([&] {
    reaction = inner().handle(request);
    return std::optional<Response>();
  });
  if (failure) return std::move(*failure);
  return hooked(std::move(*reaction), guard);
}

// A bug shows itself in handle() as well, where there is time to tell it.
std::optional<Response> CatchAll::at_once(Request& request) {
  try {
    return inner().at_once(request);
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace berth::web
