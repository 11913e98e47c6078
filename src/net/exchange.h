// One request from its head to the last byte of its answer.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "net/body_reader.h"
#include "net/channel.h"
#include "net/head.h"
#include "net/response_writer.h"
#include "net/server_state.h"
#include "net/sink_feed.h"
#include "web/handler.h"

namespace berth::net {

// Lives in the connection's coroutine for as long as the exchange lasts.
class Exchange {
 public:
  // `received`: what the connection has read past the head. `last`: no request may follow on this connection.
  Exchange(ServerState& server, ListenerState& listener, Channel& channel, std::string& received, Head head, bool last);

  // Whether the connection may be used for another request.
  Awaitable<bool> run();

 private:
  // Why a body did not arrive; a status, or 0 if nobody is left to tell.
  struct Lost {
    int status = 0;
  };
  static constexpr Lost kGone{.status = 0};
  static constexpr Lost kBug{.status = 500};
  using Answer = std::optional<web::Response>;  // nullopt: nobody is left to tell

  Answer at_once();
  Awaitable<Answer> react();
  Awaitable<Answer> collect(web::BufferedBody wanted);
  Awaitable<std::optional<Lost>> collect_into(std::string& body, std::uint64_t limit, Budget::Charge& charge);
  Awaitable<Answer> stream(std::unique_ptr<web::BodySink> sink);
  Awaitable<void> fill(SinkFeed::Piece& piece, bool sink_works);
  Awaitable<Answer> give_up(std::unique_ptr<web::BodySink> sink, Lost how);
  Awaitable<bool> invite();
  // Until there is more of the body. Lost: there will not be.
  Awaitable<std::optional<Lost>> wait_for_body();

  // What becomes of the connection.
  enum class After : std::uint8_t { keep, drain_then_keep, close, linger_then_close };
  Awaitable<After> answer(web::Response& response);
  bool keep_after_discarding();
  Awaitable<bool> part(After after);
  Awaitable<bool> drain();

  web::Response refusal(int status);
  web::Response busy(web::Busy why);
  Answer lost(Lost how);

  ServerState& server_;
  ListenerState& listener_;
  Channel& channel_;
  std::string& received_;
  Head head_;
  WorkerPool& pool_;  // of the request's lane
  const bool last_;
  BodyReader body_;
  TimePoint body_deadline_;
  bool invited_ = false;
  bool handled_ = false;  // the handler has seen the request
  web::Outcome outcome_;
};

}  // namespace berth::net
