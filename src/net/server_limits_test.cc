// What a client may cost, and what it is told when it costs more.
#include <sys/resource.h>
#include <unistd.h>

#include <latch>

#include "net/net_test_support.h"

namespace berth::net {
namespace {

TEST_F(ServerTest, HeadLimits) {
  options.limits.max_request_line = 100;
  options.limits.max_head_bytes = 1000;
  options.limits.max_fields = 5;
  const auto port = start();
  EXPECT_EQ(Client(port).ask("GET /" + std::string(200, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n").status, 414);
  EXPECT_EQ(Client(port).ask("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a') + "\r\n\r\n").status, 431);
  EXPECT_EQ(Client(port).ask("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n").status, 431);
  EXPECT_EQ(Client(port).ask("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n").status, 200);
}

TEST_F(ServerTest, AHeadThatTakesTooLongIs408) {
  options.limits.head_timeout = 100ms;
  Client client(start());
  client.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 50 && !client.readable_within(10ms); ++i) client.send("A: b\r\n");
  EXPECT_EQ(client.read_reply().status, 408);
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, IdleConnectionsAreClosedSilently) {
  options.limits.idle_timeout = 100ms;
  const auto port = start();
  Client never(port), once(port), blank(port);
  EXPECT_EQ(once.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  blank.send("\r\n");
  EXPECT_EQ(never.read_to_end(), "");
  EXPECT_EQ(once.read_to_end(), "");
  EXPECT_EQ(blank.read_to_end(), "");
}

TEST_F(ServerTest, ABodyThatStallsIs408) {
  options.limits.body_stall_timeout = 150ms;
  const auto port = start();
  const auto record = upload();
  Client client(port);
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 10; ++i) {  // longer than the limit in all, but never without progress
    client.send("x");
    std::this_thread::sleep_for(30ms);
  }
  EXPECT_FALSE(client.readable_within(0ms));
  EXPECT_EQ(client.read_reply().status, 408);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_TRUE(record->aborted);
  EXPECT_EQ(record->bytes, "xxxxxxxxxx");
  echo(1000);
  EXPECT_EQ(Client(port).ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab").status, 408);
}

TEST_F(ServerTest, AReaderThatStallsIsDropped) {
  options.limits.write_stall_timeout = 150ms;
  handler.reply = [](web::Request&) { return web::Response{.body = pattern(50'000'000)}; };
  Client client(start());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto outcome = handler.outcome(0);
  EXPECT_EQ(outcome.status, 200);
  EXPECT_FALSE(outcome.complete);
}

constexpr std::string_view kBegun = "GET / HTTP/1.1\r\n";
constexpr std::string_view kRest = "Host: x\r\n\r\n";

TEST_F(ServerTest, TooManyConnections) {
  options.threads = 1;
  listener.max_connections = 2;
  const auto port = start();
  {
    Client a(port), b(port);
    a.send(kBegun);
    b.send(kBegun);
    std::this_thread::sleep_for(100ms);
    Client c(port);
    const auto reply = c.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.body, "a connection: connections");
    EXPECT_TRUE(reply.says("Retry-After: 1"));
    EXPECT_TRUE(c.closed_by_server());
    EXPECT_EQ(a.ask(kRest).status, 200);
    EXPECT_EQ(b.ask(kRest).status, 200);
  }
  for (int i = 0; i < 500 && server->connections() != 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(Client(port).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(ServerTest, TheLongestIdleConnectionMakesRoom) {
  options.threads = 1;
  listener.max_connections = 3;
  const auto port = start();
  const auto works = [](Client& client) { return client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 200; };
  Client begun(port);
  begun.send(kBegun);
  Client longest(port);
  EXPECT_TRUE(works(longest));
  Client other(port);
  EXPECT_TRUE(works(other));
  Client last(port);
  EXPECT_TRUE(works(last));
  EXPECT_TRUE(longest.closed_by_server());
  EXPECT_TRUE(works(other));
  EXPECT_TRUE(works(last));
  EXPECT_EQ(begun.ask(kRest).status, 200);
}

constexpr std::string_view kWhole = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

// The one I/O thread is at work while somebody connects and the one that was idle asks: whom the thread looks at first
// must not matter.
TEST_F(ServerTest, WhoMakesRoomGetsAnAnswerToWhatHeHasAsked) {
  options.threads = 1;
  listener.max_connections = 2;
  HeldThread held(handler);
  const auto port = start();
  Client longest(port);
  EXPECT_EQ(longest.ask(kWhole).status, 200);
  Client waits(port);
  held.by(waits);
  Client newcomer(port);
  newcomer.send(kWhole);
  longest.send(kWhole);
  held.go();
  const auto reply = longest.read_reply();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.says("Connection: close"));
  EXPECT_TRUE(longest.closed_by_server());
  EXPECT_EQ(waits.read_reply().status, 200);
  EXPECT_EQ(newcomer.read_reply().status, 200);
}

// While it lives, this process can open one more file and no further one.
class OneDescriptorIsLeft {
 public:
  OneDescriptorIsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const base::File next(::dup(STDERR_FILENO));
    const rlimit one{.rlim_cur = static_cast<rlim_t>(next.fd()) + 1, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &one);
  }
  ~OneDescriptorIsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  OneDescriptorIsLeft(const OneDescriptorIsLeft&) = delete;
  OneDescriptorIsLeft& operator=(const OneDescriptorIsLeft&) = delete;

 private:
  rlimit before_{};
};

TEST_F(ServerTest, WithoutDescriptorsTheIdleOfAllListenersMakeRoom) {
  ScriptedHandler other_handler;
  auto other = listener;
  other.handler = &other_handler;
  server = std::make_unique<Server>(options, std::vector{listener, other}, bulk, clock);
  ASSERT_TRUE(server->start());
  Client working(server->port(0)), idle(server->port(0));
  working.send(kBegun);
  EXPECT_EQ(idle.ask(kWhole).status, 200);
  while (server->connections() != 2) std::this_thread::sleep_for(1ms);
  const OneDescriptorIsLeft limit;
  Client newcomer(server->port(1));
  EXPECT_EQ(newcomer.ask(kWhole).status, 200);
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_EQ(working.ask(kRest).status, 200);
  server.reset();
}

// Nobody is closed whose request may be on its way: until somebody has been idle for a while, newcomers wait.
TEST_F(ServerTest, WithoutDescriptorsWhoHasJustComeStays) {
  const auto port = start();
  Client first(port);
  while (server->connections() != 1) std::this_thread::sleep_for(1ms);
  const auto since = std::chrono::steady_clock::now();
  const OneDescriptorIsLeft limit;
  Client newcomer(port);
  EXPECT_EQ(newcomer.ask(kWhole).status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - since, 190ms);
  EXPECT_TRUE(first.closed_by_server());
}

TEST_F(ServerTest, SoManyRequestsAndNoMore) {
  options.limits.max_requests_per_connection = 3;
  Client client(start());
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").says("Connection:"));
  EXPECT_TRUE(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").says("Connection: close"));
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, AFullPoolIs503ButOtherListenersAnswer) {
  WorkerPool narrow({.name = "narrow", .threads = 1, .max_queue = 1, .waited = {}});
  std::latch go(1);
  std::atomic<int> running = 0;
  handler.reply = [&](web::Request&) {
    ++running;
    go.wait();
    return web::Response{};
  };
  ScriptedHandler admin_handler;
  auto admin = listener;
  admin.handler = &admin_handler;
  listener.pool = &narrow;
  server = std::make_unique<Server>(options, std::vector{listener, admin}, bulk, clock);
  ASSERT_TRUE(server->start());
  Client first(server->port(0)), second(server->port(0)), third(server->port(0)), other(server->port(1));
  first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (running == 0) std::this_thread::sleep_for(1ms);
  second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!narrow.overloaded()) std::this_thread::sleep_for(1ms);
  const auto refused = third.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.says("Retry-After: 1"));
  EXPECT_FALSE(refused.says("Connection: close"));
  EXPECT_EQ(other.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  go.count_down();
  EXPECT_EQ(first.read_reply().status, 200);
  EXPECT_EQ(second.read_reply().status, 200);
  EXPECT_EQ(third.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  server.reset();
}

TEST_F(ServerTest, WhoHasWaitedTooLongIsToldToComeAgain) {
  WorkerPool narrow({.name = "narrow", .threads = 1, .max_queue = 10, .waited = {}});
  std::latch go(1);
  std::atomic<int> running = 0;
  handler.reply = [&](web::Request&) {
    ++running;
    go.wait();
    return web::Response{};
  };
  listener.pool = &narrow;
  options.limits.queue_timeout = 100ms;
  const auto port = start();
  Client first(port), second(port);
  first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (running == 0) std::this_thread::sleep_for(1ms);
  second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while (narrow.queued() == 0) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(150ms);
  go.count_down();
  EXPECT_EQ(first.read_reply().status, 200);
  const auto reply = second.read_reply();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body, "a request: waited");
  EXPECT_TRUE(reply.says("Retry-After: 1"));
  EXPECT_EQ(second.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  handler.outcome(1);
  EXPECT_EQ(running, 2);
  EXPECT_EQ(handler.outcomes(), 2U);  // of those that the handler has seen
  server.reset();
}

TEST_F(ServerTest, ReadersDoNotWaitForWriters) {
  WorkerPool writes({.name = "writes", .threads = 1, .max_queue = 1, .waited = {}});
  std::latch go(1);
  std::atomic<int> running = 0;
  handler.reply = [&](web::Request& request) {
    if (request.method == web::Method::get) return web::Response{};
    ++running;
    go.wait();
    return web::Response{};
  };
  listener.writes = &writes;
  const auto port = start();
  Client writer(port), waiting(port), refused(port), reader(port);
  constexpr std::string_view kPut = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
  writer.send(kPut);
  while (running == 0) std::this_thread::sleep_for(1ms);
  waiting.send(kPut);
  while (!writes.overloaded()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(refused.ask(kPut).body, "a request: queue");
  EXPECT_EQ(reader.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  go.count_down();
  EXPECT_EQ(writer.read_reply().status, 200);
  EXPECT_EQ(waiting.read_reply().status, 200);
  server.reset();
}

TEST_F(ServerTest, BufferedBodiesHaveABudget) {
  options.limits.max_buffered_bytes = 100'000;
  echo(1'000'000);
  const auto port = start();
  {
    Client holder(port);
    holder.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + std::string(80'000, 'x'));
    std::this_thread::sleep_for(200ms);
    Client other(port);
    const auto reply =
        other.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n" + std::string(30'000, 'x'));
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.body, "a request: memory");
    EXPECT_TRUE(reply.says("Retry-After: 1"));
  }
  for (int i = 0; i < 500 && server->connections() != 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(
      Client(port).ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n" + std::string(30'000, 'x')).status,
      200);
}

}  // namespace
}  // namespace berth::net
