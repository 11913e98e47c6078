// The life of a connection over plain HTTP: order, reuse, framing, ends.
#include "net/server.h"

#include <fcntl.h>

#include <map>

#include "net/net_test_support.h"

namespace berth::net {
namespace {

TEST_F(ServerTest, KeepsConnections) {
  Client client(start());
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.ask("GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "GET /a?b");
    EXPECT_TRUE(reply.says("\r\nDate: "));
    EXPECT_FALSE(reply.says("Connection:"));
  }
  EXPECT_EQ(server->connections(), 1u);
  EXPECT_TRUE(handler.outcome(2).complete);
  EXPECT_EQ(handler.outcome(2).status, 200);
  EXPECT_EQ(handler.outcome(2).sent, 8u);
}

TEST_F(ServerTest, FillsInWhoAndWhen) {
  handler.reply = [](web::Request& request) {
    EXPECT_NE(request.received, std::chrono::steady_clock::time_point());
    return web::Response{.body = request.peer + " " + request.client + " " + request.scheme + " " + request.host};
  };
  Client client(start());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: h:1\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n").body,
            "127.0.0.1 127.0.0.1 http h:1");
}

TEST_F(ServerTest, BelievesTrustedProxies) {
  options.trusted_proxies = {"127.0.0.0/8"};
  handler.reply = [](web::Request& request) {
    EXPECT_TRUE(request.trusted_peer);
    return web::Response{.body = request.peer + " " + request.client + " " + request.scheme + " " + request.host};
  };
  Client client(start());
  EXPECT_EQ(client
                .ask("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 8.8.8.8, 9.9.9.9\r\nX-Forwarded-Proto: https\r\n"
                     "X-Forwarded-Host: public\r\n\r\n")
                .body,
            "127.0.0.1 9.9.9.9 https public");
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  handler.reply = [](web::Request& request) -> web::Reaction {
    if (request.target == "/slow") std::this_thread::sleep_for(50ms);
    if (request.method == web::Method::post) {
      return web::BufferedBody{.limit = 100, .then = [](base::Result<std::string> body) {
                                 return web::Response{.body = "<" + body.value() + ">"};
                               }};
    }
    return web::Response{.body = request.target};
  };
  Client client(start());
  std::string all = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
  all += "\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  all += "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n";
  for (int i = 0; i < 100; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(all);
  EXPECT_EQ(client.read_reply().body, "/slow");
  EXPECT_EQ(client.read_reply().body, "<abc>");
  EXPECT_EQ(client.read_reply().body, "<de>");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.read_reply().body, "/" + std::to_string(i));
}

TEST_F(ServerTest, ReadsAHeadThatDrips) {
  Client client(start());
  const std::string_view text = "GET /drip HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const char c : text) {
    client.send({&c, 1});
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(client.read_reply().body, "GET /drip");
}

TEST_F(ServerTest, Http10) {
  const auto port = start();
  Client once(port);
  const auto reply = once.ask("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.says("Connection: close"));
  EXPECT_TRUE(once.closed_by_server());
  Client kept(port);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").says("Connection: keep-alive"));
  }
}

TEST_F(ServerTest, ClosesWhenAskedTo) {
  const auto port = start();
  Client client(port);
  EXPECT_TRUE(client.ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").says("Connection: close"));
  EXPECT_TRUE(client.closed_by_server());
  handler.reply = [](web::Request&) { return web::Response{.close = true}; };
  Client other(port);
  EXPECT_TRUE(other.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").says("Connection: close"));
  EXPECT_TRUE(other.closed_by_server());
}

TEST_F(ServerTest, AnswersAfterAHalfClose) {
  Client client(start());
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  client.half_close();
  EXPECT_EQ(client.read_reply().body, "GET /a");
  EXPECT_EQ(client.read_reply().body, "GET /b");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  handler.reply = [](web::Request& request) {
    web::Response response{.body = "12345"};
    if (request.target == "/announced") response = {.announced_length = 1234};
    return response;
  };
  Client client(start());
  client.send(
      "HEAD / HTTP/1.1\r\nHost: x\r\n\r\nHEAD /announced HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.read_reply(true).says("Content-Length: 5\r\n"));
  EXPECT_TRUE(client.read_reply(true).says("Content-Length: 1234\r\n"));
  EXPECT_EQ(client.read_reply().body, "12345");
}

TEST_F(ServerTest, NotModifiedHasNoBody) {
  handler.reply = [](web::Request&) { return web::Response{.status = 304, .body = "ignored"}; };
  Client client(start());
  for (int i = 0; i < 2; ++i) {
    const auto reply = client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reply.status, 304);
    EXPECT_FALSE(reply.says("Content-Length"));
  }
}

TEST_F(ServerTest, RefusesWhatIsAmbiguous) {
  const auto port = start();
  const std::pair<const char*, int> cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"GET / HTTP/1.1\n\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\n\r\n", 505},
      {"\x16\x03\x01\x02", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: tea\r\n\r\n", 417},
  };
  for (const auto& [text, status] : cases) {
    Client client(port);
    const auto reply = client.ask(text);
    EXPECT_EQ(reply.status, status) << text;
    EXPECT_EQ(reply.body, "refused " + std::to_string(status));
    EXPECT_TRUE(reply.says("Connection: close"));
    EXPECT_TRUE(client.closed_by_server());
  }
  EXPECT_EQ(handler.outcomes(), 0u);
}

TEST_F(ServerTest, AHandlerThatThrowsIs500) {
  handler.reply = [](web::Request&) -> web::Reaction { throw std::runtime_error("bug"); };
  Client client(start());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 500);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(handler.outcome(0).status, 500);
}

TEST_F(ServerTest, ManyConnections) {
  const auto port = start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 500; ++i) {
    clients.push_back(std::make_unique<Client>(port));
    clients.back()->send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  for (int i = 0; i < 500; ++i)
    EXPECT_EQ(clients[static_cast<std::size_t>(i)]->read_reply().body, "GET /" + std::to_string(i));
  EXPECT_EQ(server->connections(), 500u);
  clients.clear();
  for (int i = 0; i < 500 && server->connections() != 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerTest, DrainClosesTheIdleAndFinishesTheBusy) {
  std::atomic<bool> busy = false;
  handler.reply = [&](web::Request& request) {
    if (request.target == "/busy") {
      busy = true;
      std::this_thread::sleep_for(200ms);
    }
    return web::Response{.body = "done"};
  };
  const auto port = start();
  Client idle(port), working(port);
  idle.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  working.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!busy) std::this_thread::sleep_for(1ms);
  std::thread reader([&] {
    EXPECT_TRUE(idle.closed_by_server());
    const auto reply = working.read_reply();
    EXPECT_EQ(reply.body, "done");
    EXPECT_TRUE(reply.says("Connection: close"));
    working.close();
  });
  EXPECT_TRUE(server->drain(10s));
  reader.join();
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_FALSE(Client(port).connected());
}

TEST_F(ServerTest, NoLoopHasMoreConnectionsThanTheOthers) {
  options.threads = 3;
  std::mutex mutex;
  std::map<std::thread::id, int> served;
  handler.now = [&](web::Request&) {
    std::lock_guard lock(mutex);
    ++served[std::this_thread::get_id()];
    return web::Response{};
  };
  const auto port = start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 9; ++i) {
    clients.push_back(std::make_unique<Client>(port));
    EXPECT_EQ(clients.back()->ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  }
  ASSERT_EQ(served.size(), 3u);
  for (const auto& [thread, count] : served) EXPECT_EQ(count, 3);
}

// What was asked before the drain began is answered, whoever the I/O thread looks at first.
TEST_F(ServerTest, DrainAnswersWhatHasArrived) {
  options.threads = 1;
  HeldThread held(handler);
  const auto port = start();
  constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  Client idle(port), waits(port);
  EXPECT_EQ(idle.ask(kAsk).status, 200);
  held.by(waits);
  std::thread drainer([&] { EXPECT_TRUE(server->drain(10s)); });
  std::this_thread::sleep_for(50ms);
  Client newcomer(port);
  newcomer.send(kAsk);
  idle.send(kAsk);
  held.go();
  for (Client* client : {&idle, &newcomer}) {
    const auto reply = client->read_reply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.says("Connection: close"));
    client->close();
  }
  EXPECT_EQ(waits.read_reply().status, 200);
  waits.close();
  drainer.join();
}

TEST_F(ServerTest, StopEndsWhatDrainLeft) {
  Client stuck(start());
  stuck.send("GET / HT");
  while (server->connections() == 0) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(server->drain(50ms));
  server->stop();
  EXPECT_TRUE(stuck.closed_by_server());
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerTest, StopWaitsForAJobThatRuns) {
  std::atomic<bool> running = false, ended = false;
  handler.reply = [&](web::Request&) {
    running = true;
    std::this_thread::sleep_for(200ms);
    ended = true;
    return web::Response{};
  };
  Client client(start());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!running) std::this_thread::sleep_for(1ms);
  server->stop();
  EXPECT_TRUE(ended);
  EXPECT_EQ(handler.outcomes(), 1u);
}

TEST_F(ServerTest, FailsToStartWithASentence) {
  const auto port = start();
  const auto failure = [&](Options with, Listener on) {
    Server other(std::move(with), {std::move(on)}, bulk, clock);
    const auto started = other.start();
    EXPECT_FALSE(started);
    return started ? std::string() : started.error().message;
  };
  auto taken = listener;
  taken.address = "127.0.0.1:" + std::to_string(port);
  EXPECT_TRUE(failure(options, taken).contains("cannot listen on " + taken.address));
  for (const auto* address : {"", "nonsense", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "::1:80"}) {
    auto wrong = listener;
    wrong.address = address;
    EXPECT_FALSE(failure(options, wrong).empty()) << address;
  }
  auto congestion = listener;
  congestion.tcp_congestion = "telepathy";
  EXPECT_TRUE(failure(options, congestion).contains("telepathy"));
  auto proxies = options;
  proxies.trusted_proxies = {"10.0.0.0/99"};
  EXPECT_TRUE(failure(proxies, listener).contains("10.0.0.0/99"));
}

TEST_F(ServerTest, ListensOnIpv6AndEverywhere) {
  listener.address = ":0";
  Client client(start());  // over IPv4
  handler.reply = [](web::Request& request) { return web::Response{.body = request.peer}; };
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body, "127.0.0.1");
}

}  // namespace
}  // namespace berth::net
