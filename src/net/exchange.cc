#include "net/exchange.h"

#include <utility>

#include "net/offload.h"

namespace berth::net {

using std::chrono::steady_clock;

namespace {

WorkerPool& pool_for(const Listener& options, const web::Request& request) {
  const bool writes = options.writes != nullptr && options.handler->lane(request) == web::Lane::writes;
  return writes ? *options.writes : *options.pool;
}

}  // namespace

Exchange::Exchange(ServerState& server, ListenerState& listener, Channel& channel, std::string& received, Head head,
                   bool last)
    : server_(server),
      listener_(listener),
      channel_(channel),
      received_(received),
      head_(std::move(head)),
      pool_(pool_for(listener.options, head_.request)),
      last_(last),
      body_(channel.transport(), received, head_.framing) {}

Awaitable<bool> Exchange::run() {
  auto after = After::close;
  auto response = at_once();
  if (!response) {
    if (pool_.overloaded()) {
      response = busy(web::Busy::queue);
    } else {
      response = co_await react();
    }
  }
  if (response) after = co_await answer(*response);
  response.reset();  // files that it holds go before the handler hears of the end
  outcome_.received = body_.received();
  outcome_.duration = steady_clock::now() - head_.request.received;
  if (handled_) listener_.options.handler->done(head_.request, outcome_);
  if (after == After::keep) co_return true;
  co_return co_await part(after);
}

Exchange::Answer Exchange::at_once() {
  if (head_.request.has_body) return std::nullopt;
  auto response = listener_.options.handler->at_once(head_.request);
  handled_ = response.has_value();
  return response;
}

Awaitable<Exchange::Answer> Exchange::react() {
  // Who has waited so long has often gone; and work that is done too late makes others wait too long.
  const auto late = steady_clock::now() + server_.options.limits.queue_timeout;
  auto handle = [this, late]() -> web::Reaction {
    if (steady_clock::now() >= late) return busy(web::Busy::waited);
    handled_ = true;
    return listener_.options.handler->handle(head_.request);
  };
  auto reaction = co_await offload(channel_.loop(), pool_, handle);
  if (!reaction) co_return lost(kBug);
  if (auto* response = std::get_if<web::Response>(&*reaction)) co_return std::move(*response);
  if (auto* buffered = std::get_if<web::BufferedBody>(&*reaction)) co_return co_await collect(std::move(*buffered));
  co_return co_await stream(std::move(std::get<web::StreamedBody>(*reaction).sink));
}

web::Response Exchange::refusal(int status) { return listener_.options.handler->refusal(status); }

web::Response Exchange::busy(web::Busy why) {
  auto response = listener_.options.handler->busy(&head_.request, why);
  response.headers.set("Retry-After", "1");
  return response;
}

// The answer to a request that cannot be finished; nothing can follow it.
Exchange::Answer Exchange::lost(Lost how) {
  if (how.status == 0) return std::nullopt;
  auto response = how.status == 503 ? busy(web::Busy::memory) : refusal(how.status);
  response.close = true;
  return response;
}

Awaitable<Exchange::After> Exchange::answer(web::Response& response) {
  bool keep =
      head_.framing.keep_alive && !last_ && !response.close && !channel_.leaving() && !channel_.loop().draining();
  keep = keep && (body_.complete() || keep_after_discarding());
  const ResponseWriter::Manner manner{
      .head_only = head_.request.method == web::Method::head,
      .close = !keep,
      .keep_alive = keep && head_.framing.http_1_0,
  };
  ResponseWriter writer(channel_, server_.downloads, server_.bulk, server_.options.limits.write_stall_timeout);
  auto written = writer.write_now(response, manner);
  if (!written) written = co_await writer.write(response, manner);
  outcome_.status = response.status;
  outcome_.sent = written->bytes;
  outcome_.complete = written->complete;
  if (!written->complete) co_return After::close;
  if (keep) co_return body_.complete() ? After::keep : After::drain_then_keep;
  // A client that asked for the end gets it at once; another may be sending, and must not lose the answer to a reset.
  co_return head_.framing.keep_alive || !body_.complete() ? After::linger_then_close : After::close;
}

// Whether the connection can be used again.
Awaitable<bool> Exchange::part(After after) {
  switch (after) {
    case After::keep: co_return true;
    case After::drain_then_keep: {
      const bool drained = co_await drain();
      if (drained) co_return true;
      [[fallthrough]];
    }
    case After::linger_then_close: co_await channel_.linger(server_.options.limits.drain_timeout); break;
    case After::close: channel_.transport().finish(); break;
  }
  co_return false;
}

}  // namespace berth::net
