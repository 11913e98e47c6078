// Against a server of this test's own, on loopback.
#include "fetch/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace berth::fetch {
namespace {

using base::Errc;

// Answers one request for each connection with what `answers` has for its path, or not at all.
class TestServer {
 public:
  TestServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof name;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&name), &size), 0);
    port_ = std::to_string(ntohs(name.sin_port));
    thread_ = std::jthread([this] { run(); });
  }
  ~TestServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
    for (const int fd : held_) ::close(fd);
  }
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + port_ + path;
  }
  void answer(const std::string& path, std::string text) {
    std::lock_guard lock(mutex_);
    answers_[path] = std::move(text);
  }
  std::vector<std::string> requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void run() {
    for (;;) {
      const int fd = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      serve(fd);
    }
  }
  void serve(int fd) {
    std::string head;
    char buffer[4096];
    while (!head.contains("\r\n\r\n")) {
      const auto n = ::read(fd, buffer, sizeof buffer);
      if (n <= 0) break;
      head.append(buffer, static_cast<std::size_t>(n));
    }
    std::lock_guard lock(mutex_);
    requests_.push_back(head);
    const auto from = head.find(' ') + 1;
    const auto found = answers_.find(head.substr(from, head.find(' ', from) - from));
    if (found == answers_.end()) {
      held_.push_back(fd);
      return;
    }
    static_cast<void>(::send(fd, found->second.data(), found->second.size(), MSG_NOSIGNAL));
    ::close(fd);
  }

  int socket_;
  std::string port_;
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> requests_;
  std::vector<int> held_;  // connections that get no answer
  std::jthread thread_;
};

std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}
std::string redirect(const std::string& to) {
  return "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n";
}

struct ClientTest : testing::Test {
  static Client client(std::vector<std::string> allowed = {"127.0.0.1"}, ClientOptions options = {}) {
    return Client(AddressRules::parse(allowed).value(), std::move(options));
  }
  static Errc why(const base::Result<Response>& result) { return result ? Errc::internal : result.error().code; }
  TestServer server;
};

TEST_F(ClientTest, Gets) {
  server.answer("/a?b", ok("hello"));
  server.answer("/none", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
  const auto got = client().get(server.url("/a?b"), {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "hello");
  EXPECT_EQ(client().get(server.url("/none"), {})->status, 404);
  const auto sent = server.requests().front();
  EXPECT_TRUE(sent.starts_with("GET /a?b HTTP/1.1\r\n")) << sent;
  EXPECT_TRUE(sent.contains("User-Agent: berth\r\n")) << sent;
  EXPECT_FALSE(sent.contains("Authorization")) << sent;
}

TEST_F(ClientTest, LoopbackOnlyIfAllowed) {
  server.answer("/", ok("secret"));
  EXPECT_EQ(why(client({}).get(server.url("/"), {})), Errc::unsupported);
  EXPECT_EQ(why(client({"10.0.0.0/8"}).get(server.url("/"), {})), Errc::unsupported);
  EXPECT_EQ(why(client({"::1"}).get(server.url("/", "localhost"), {})), Errc::unsupported);
  EXPECT_TRUE(server.requests().empty());
  EXPECT_TRUE(client({"localhost"}).get(server.url("/", "localhost"), {}));
}

// The name may be fine and its address not: what counts is where the connection goes.
TEST_F(ClientTest, TheAddressIsCheckedWhenConnecting) {
  const auto brief = client({"127.0.0.1"}, {.timeout = std::chrono::milliseconds(50)});
  EXPECT_NE(why(brief.get("https://localhost:" + server.url("/").substr(17), {})), Errc::unsupported);
  const auto refused = client({"idp.internal"}).get("https://localhost:1/", {});
  EXPECT_EQ(why(refused), Errc::unsupported);
  EXPECT_TRUE(refused.error().message.contains("not public")) << refused.error().message;
}

TEST_F(ClientTest, RefusesUrls) {
  for (const auto* const url :
       {"", "x", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://example.com/",
        "https://user:pass@127.0.0.1/", "https://user@127.0.0.1/", "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/", "https://[::ffff:169.254.169.254]/", "https://0x0a000001:1/",
        "https://2130706434:1/", "https://127.2:1/", "https://[::1]:1/", "https://10.0.0.1:1/", "/etc/passwd"}) {
    EXPECT_EQ(why(client().get(url, {})), Errc::unsupported) << url;
  }
}

TEST_F(ClientTest, RedirectsAreFollowedAndCheckedAgain) {
  server.answer("/1", redirect("/2"));
  server.answer("/2", redirect(server.url("/3")));
  server.answer("/3", ok("there"));
  EXPECT_EQ(client().get(server.url("/1"), {})->body, "there");
  for (const auto& to :
       {server.url("/3", "localhost"), std::string("file:///etc/passwd"), std::string("http://169.254.169.254/"),
        std::string("https://[::1]:1/"), std::string("//user:pass@127.0.0.1/"), std::string("http://0.0.0.0/")}) {
    server.answer("/1", redirect(to));
    EXPECT_EQ(why(client().get(server.url("/1"), {})), Errc::unsupported) << to;
  }
  EXPECT_EQ(server.requests().size(), 3u + 6u);
}

TEST_F(ClientTest, RedirectsEnd) {
  server.answer("/loop", redirect("/loop"));
  EXPECT_EQ(why(client().get(server.url("/loop"), {})), Errc::unavailable);
  EXPECT_EQ(server.requests().size(), 4u);
}

TEST_F(ClientTest, BodiesAreBounded) {
  server.answer("/fits", ok(std::string(1000, 'x')));
  server.answer("/announced", ok(std::string(1001, 'x')));
  server.answer("/endless", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(100'000, 'x'));
  const auto small = client({"127.0.0.1"}, {.max_body = 1000});
  EXPECT_EQ(small.get(server.url("/fits"), {})->body.size(), 1000u);
  EXPECT_EQ(why(small.get(server.url("/announced"), {})), Errc::payload_too_large);
  EXPECT_EQ(why(small.get(server.url("/endless"), {})), Errc::payload_too_large);
}

TEST_F(ClientTest, TimeEnds) {
  const auto brief = client({"127.0.0.1"}, {.timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(why(brief.get(server.url("/silent"), {})), Errc::deadline_exceeded);
  const auto deadline = base::Deadline::after(std::chrono::milliseconds(50));
  EXPECT_EQ(why(client().get(server.url("/silent"), deadline)), Errc::deadline_exceeded);
  EXPECT_EQ(why(client().get(server.url("/silent"), base::Deadline::after(std::chrono::milliseconds(0)))),
            Errc::deadline_exceeded);
}

TEST_F(ClientTest, NobodyThere) {
  EXPECT_EQ(why(client().get("http://127.0.0.1:1/", {})), Errc::unavailable);
  server.answer("/half", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(why(client().get(server.url("/half"), {})), Errc::unavailable);
  server.answer("/junk", "\x16\x03\x01 not http");
  EXPECT_EQ(why(client().get(server.url("/junk"), {})), Errc::unavailable);
}

}  // namespace
}  // namespace berth::fetch
