// Bodies in both directions.
#include <fcntl.h>

#include <cstdlib>

#include "net/net_test_support.h"

namespace berth::net {
namespace {

std::string chunked(std::string_view body, std::size_t piece) {
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const auto part = body.substr(at, piece);
    char size[20];
    std::snprintf(size, sizeof(size), "%zx\r\n", part.size());
    out.append(size).append(part).append("\r\n");
  }
  return out + "0\r\n\r\n";
}

std::shared_ptr<base::File> file_with(std::string_view content) {
  char path[] = "/tmp/berth-net-test-XXXXXX";
  auto file = std::make_shared<base::File>(::mkstemp(path));
  ::unlink(path);
  EXPECT_EQ(::pwrite(file->fd(), content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  return file;
}

// Gives `size` bytes of pattern(), `available` of which exist.
class PatternSource final : public web::BodySource {
 public:
  PatternSource(std::string content, std::atomic<int>& alive) : content_(std::move(content)), alive_(alive) {
    ++alive_;
  }
  ~PatternSource() override { --alive_; }
  base::Result<std::size_t> read(std::span<std::byte> out) override {
    const auto n = std::min({out.size(), content_.size() - at_, std::size_t{100'000}});
    std::copy_n(std::as_bytes(std::span(content_)).begin() + static_cast<std::ptrdiff_t>(at_), n, out.begin());
    at_ += n;
    return n;
  }

 private:
  std::string content_;
  std::size_t at_ = 0;
  std::atomic<int>& alive_;
};

TEST_F(ServerTest, BuffersFixedAndChunkedBodies) {
  echo(1 << 20);
  Client client(start());
  const auto body = pattern(300'000);
  auto reply = client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + body);
  EXPECT_EQ(reply.body, body);
  for (const std::size_t piece : {1u, 7u, 1000u, 65536u, 300'000u}) {
    const auto part = std::string_view(body).substr(0, piece == 1 ? 5000 : body.size());
    reply = client.ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(part, piece));
    EXPECT_EQ(reply.body, part) << piece;
  }
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").status, 200);
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  EXPECT_EQ(handler.outcome(0).received, 300'000u);
}

TEST_F(ServerTest, ABodyOverItsLimitIs413) {
  echo(10);
  const auto port = start();
  Client client(port);
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789").body, "0123456789");
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890").status, 413);
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n0").body, "0");  // still open
  EXPECT_EQ(
      client.ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked("0123456789", 3)).status,
      200);
  EXPECT_EQ(
      client.ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked("01234567890", 3)).status,
      413);
}

TEST_F(ServerTest, A413CanBeReadDuringAHugeUpload) {
  echo(10);
  Client client(start());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
  std::thread sender([&] {
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 20 && client.send(piece); ++i) {
    }
  });
  const auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 413);
  EXPECT_TRUE(reply.says("Connection: close"));
  sender.join();
}

TEST_F(ServerTest, StreamsABigFixedUpload) {
  const auto record = upload();
  Client client(start());
  const auto body = pattern(20'000'000);
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n");
  client.send(body);
  const auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body, "20000000");
  EXPECT_EQ(record->bytes, body);
  EXPECT_TRUE(record->finished && record->destroyed && !record->aborted);
}

TEST_F(ServerTest, StreamsChunkedUploadsAndKeepsTheConnection) {
  const auto record = upload();
  Client client(start());
  const auto body = pattern(3'000'000);
  for (const std::size_t piece : {30'000u, 1'000'000u}) {
    const auto reply =
        client.ask("PATCH / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(body, piece));
    EXPECT_EQ(reply.status, 201);
  }
  EXPECT_EQ(record->bytes, body + body);
}

TEST_F(ServerTest, AnEmptyUploadIsFinished) {
  const auto record = upload();
  Client client(start());
  EXPECT_EQ(client.ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").status, 201);
  EXPECT_EQ(client.ask("PUT / HTTP/1.1\r\nHost: x\r\n\r\n").status, 201);
  EXPECT_EQ(client.ask("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status, 201);
  EXPECT_EQ(record->writes, 0u);
}

TEST_F(ServerTest, ManySlowUploadsShareFewBuffers) {
  options.upload_buffer_bytes = 4096;
  options.stream_buffer_bytes = 2 * 2 * 4096;  // two buffers for uploads
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Upload>> records;
  handler.reply = [&](web::Request& request) {
    std::lock_guard lock(mutex);
    auto& record = records[request.target] = std::make_shared<Upload>();
    return web::StreamedBody{std::make_unique<RecordingSink>(record)};
  };
  const auto port = start();
  const auto body = pattern(20'000);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(port));
    clients.back()->send("PUT /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n");
  }
  for (std::size_t at = 0; at < body.size(); at += 5000) {
    for (auto& client : clients) client->send(std::string_view(body).substr(at, 5000));
  }
  for (auto& client : clients) EXPECT_EQ(client->read_reply().body, "20000");
  for (const auto& [target, record] : records) EXPECT_EQ(record->bytes, body) << target;
}

TEST_F(ServerTest, AnEarlyAnswerEndsAnUpload) {
  const auto record = upload(1000);
  Client client(start());
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n" + pattern(500'000));
  const auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body, "enough");
  EXPECT_TRUE(reply.says("Connection: close"));
  EXPECT_FALSE(record->finished);
  EXPECT_TRUE(record->destroyed);
}

TEST_F(ServerTest, NothingIsWrittenAfterAnEarlyAnswer) {
  options.upload_buffer_bytes = 4096;
  const auto record = upload(1);
  Client client(start());
  EXPECT_EQ(client.ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n" + pattern(400'000)).status, 403);
  EXPECT_EQ(record->writes, 1u);
  EXPECT_TRUE(record->destroyed && !record->aborted);
}

TEST_F(ServerTest, ASinkThatThrowsIs500) {
  struct Thrower final : web::BodySink {
    explicit Thrower(std::atomic<int>& count) : aborted(count) {}
    std::optional<web::Response> write(base::Bytes) override { throw std::runtime_error("a bug"); }
    web::Response finish() override { return {}; }
    void abort() noexcept override { ++aborted; }
    std::atomic<int>& aborted;
  };
  std::atomic<int> aborted = 0;
  options.upload_buffer_bytes = 4096;
  handler.reply = [&](web::Request&) { return web::StreamedBody{std::make_unique<Thrower>(aborted)}; };
  Client client(start());
  EXPECT_EQ(client.ask("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n" + pattern(400'000)).status, 500);
  EXPECT_EQ(aborted, 1);
}

TEST_F(ServerTest, AClientThatLeavesAbortsItsUpload) {
  const auto record = upload();
  Client client(start());
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  EXPECT_TRUE(record->eventually([](Upload& u) { return u.bytes == "abc"; }));
  client.close();
  EXPECT_TRUE(record->eventually([](Upload& u) { return u.aborted && u.destroyed; }));
  EXPECT_FALSE(record->finished);
  const auto outcome = handler.outcome(0);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.received, 3u);
  EXPECT_FALSE(outcome.complete);
}

TEST_F(ServerTest, MalformedChunksAre400) {
  const auto record = upload();
  const auto port = start();
  for (const auto* body : {"zz\r\n", "3\r\nabcX\r\n", "3\nabc"}) {
    Client client(port);
    const auto reply =
        client.ask(std::string("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n") + body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_TRUE(client.closed_by_server());
  }
  EXPECT_TRUE(record->aborted);
  EXPECT_FALSE(record->finished);
}

TEST_F(ServerTest, ContinueComesOnlyIfTheBodyIsWanted) {
  handler.reply = [](web::Request& request) -> web::Reaction {
    if (request.target == "/no") return web::Response{.status = 401};
    return web::BufferedBody{.limit = 100, .then = [](base::Result<std::string> body) {
                               return web::Response{.body = std::move(body.value())};
                             }};
  };
  const auto port = start();
  Client client(port);
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 100);
  EXPECT_EQ(client.ask("abc").body, "abc");
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc").body,
            "abc");
  client.send("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  const auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 401);
  EXPECT_TRUE(reply.says("Connection: close"));
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, ASmallUnwantedBodyDoesNotCostTheConnection) {
  handler.reply = [](web::Request& request) { return web::Response{.body = request.target}; };
  Client client(start());
  EXPECT_EQ(client.ask("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello").body, "/1");
  client.send("POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n");
  EXPECT_EQ(client.read_reply().body, "/2");  // before the body has been sent
  client.send(std::string(50'000, 'x'));
  EXPECT_EQ(client.ask("POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked("abc", 1)).body,
            "/3");
  EXPECT_EQ(client.ask("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n").body, "/4");
  const auto big = client.ask("POST /5 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(big.body, "/5");
  EXPECT_TRUE(big.says("Connection: close"));
}

TEST_F(ServerTest, SendsFilesAndTheirParts) {
  const auto content = pattern(5'000'000);
  const auto file = file_with(content);
  handler.reply = [&](web::Request& request) {
    web::FileBody body{.file = file, .offset = 0, .length = content.size()};
    if (request.target == "/part") body = {.file = file, .offset = 1'234'567, .length = 2'000'001};
    if (request.target == "/empty") body.length = 0;
    return web::Response{.body = std::move(body)};
  };
  Client client(start());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body, content);
  EXPECT_EQ(client.ask("GET /part HTTP/1.1\r\nHost: x\r\n\r\n").body, content.substr(1'234'567, 2'000'001));
  EXPECT_EQ(client.ask("GET /empty HTTP/1.1\r\nHost: x\r\n\r\n").body, "");
  EXPECT_TRUE(client.ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", true).says("Content-Length: 5000000"));
  EXPECT_EQ(client.ask("GET /part HTTP/1.1\r\nHost: x\r\n\r\n").body.size(), 2'000'001u);
  EXPECT_EQ(handler.outcome(1).sent, 2'000'001u);
}

TEST_F(ServerTest, AShortFileEndsTheConnection) {
  const auto file = file_with("only this");
  handler.reply = [&](web::Request&) {
    return web::Response{.body = web::FileBody{.file = file, .offset = 0, .length = 100}};
  };
  Client client(start());
  const auto reply = client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_FALSE(reply.whole);
  EXPECT_FALSE(handler.outcome(0).complete);
}

TEST_F(ServerTest, SendsStreamsSharedAndLargeText) {
  const auto content = pattern(3'000'000);
  const auto shared = std::make_shared<const std::string>(content);
  std::atomic<int> alive = 0;
  handler.reply = [&](web::Request& request) {
    if (request.target == "/shared") return web::Response{.body = shared};
    if (request.target == "/text") return web::Response{.body = content};
    return web::Response{.body = web::StreamBody{std::make_unique<PatternSource>(content, alive), content.size()}};
  };
  Client client(start());
  for (const std::string target : {"/stream", "/shared", "/text", "/stream"}) {
    EXPECT_EQ(client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").body, content) << target;
  }
  EXPECT_EQ(client.ask("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n", true).status, 200);
  handler.outcome(4);
  EXPECT_EQ(alive, 0);
}

TEST_F(ServerTest, AStreamThatEndsEarlyEndsTheConnection) {
  std::atomic<int> alive = 0;
  handler.reply = [&](web::Request&) {
    return web::Response{.body = web::StreamBody{std::make_unique<PatternSource>(pattern(500'000), alive), 600'000}};
  };
  Client client(start());
  const auto reply = client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_FALSE(reply.whole);
  EXPECT_EQ(reply.body.size(), 500'000u);
  handler.outcome(0);
  EXPECT_EQ(alive, 0);
}

TEST_F(ServerTest, SurvivesClientsThatLeaveDuringADownload) {
  const auto content = pattern(8'000'000);
  const auto file = file_with(content);
  std::atomic<int> alive = 0;
  handler.reply = [&](web::Request& request) {
    if (request.target == "/file") return web::Response{.body = web::FileBody{file, 0, content.size()}};
    return web::Response{.body = web::StreamBody{std::make_unique<PatternSource>(content, alive), content.size()}};
  };
  const auto port = start();
  for (int i = 0; i < 10; ++i) {
    Client client(port);
    client.send(i % 2 == 0 ? "GET /file HTTP/1.1\r\nHost: x\r\n\r\n" : "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.readable_within(5s));
  }
  for (std::size_t i = 0; i < 10; ++i) EXPECT_FALSE(handler.outcome(i).complete);
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace berth::net
