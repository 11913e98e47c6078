// A server with a scripted handler, and a client that sends exactly the bytes it is told to. For tests only.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "net/server.h"
#include "web/handler.h"

namespace berth::net {

using namespace std::chrono_literals;

// A parsed answer, as far as tests look at it.
struct Reply {
  int status = 0;  // 0: the connection ended before a whole head
  std::string head;
  std::string body;
  bool whole = false;  // all of Content-Length came

  bool says(std::string_view text) const { return base::to_lower(head).contains(base::to_lower(text)); }
};

// Blocking; gives up after 20 s.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    connected_ = ::connect(socket_.fd(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  virtual ~Client() = default;

  bool connected() const { return connected_; }
  int fd() const { return socket_.fd(); }
  void close() { socket_.close(); }
  void half_close() { ::shutdown(socket_.fd(), SHUT_WR); }

  // False: the server does not take it any more.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto n = put(text);
      if (n <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // What is left until the server closes.
  std::string read_to_end() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
  }
  bool closed_by_server() { return read_to_end().empty(); }

  bool readable_within(std::chrono::milliseconds time) {
    pollfd wish{.fd = socket_.fd(), .events = POLLIN, .revents = 0};
    return !buffer_.empty() || ::poll(&wish, 1, static_cast<int>(time.count())) > 0;
  }

  Reply read_reply(bool head_only = false) {
    Reply reply;
    auto end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos) {
      if (!fill()) return reply;
      end = buffer_.find("\r\n\r\n");
    }
    reply.head = buffer_.substr(0, end + 4);
    buffer_.erase(0, end + 4);
    reply.status = std::stoi(reply.head.substr(9, 3));
    std::size_t length = 0;
    const auto at = reply.head.find("Content-Length: ");
    if (at != std::string::npos && !head_only) length = std::stoull(reply.head.substr(at + 16));
    while (buffer_.size() < length && fill()) {
    }
    reply.whole = buffer_.size() >= length;
    reply.body = buffer_.substr(0, length);
    buffer_.erase(0, reply.body.size());
    return reply;
  }

  Reply ask(std::string_view text, bool head_only = false) {
    send(text);
    return read_reply(head_only);
  }

 protected:
  virtual ssize_t put(std::string_view text) { return ::send(fd(), text.data(), text.size(), MSG_NOSIGNAL); }
  virtual ssize_t get(char* data, std::size_t size) { return ::recv(fd(), data, size, 0); }

 private:
  bool fill() {
    std::vector<char> piece(std::size_t{256} * 1024);
    const auto n = get(piece.data(), piece.size());
    if (n <= 0) return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(n));
    return true;
  }

  base::File socket_;
  bool connected_ = false;
  std::string buffer_;
};

// Answers what `reply` says; by default 200 with the method and the target.
class ScriptedHandler final : public web::Handler {
 public:
  std::function<web::Reaction(web::Request&)> reply = [](web::Request& request) {
    return web::Response{.body = std::string(name(request.method)) + " " + request.target};
  };

  std::function<std::optional<web::Response>(web::Request&)> now = [](web::Request&) { return std::nullopt; };

  web::Reaction handle(web::Request& request) override { return reply(request); }
  std::optional<web::Response> at_once(web::Request& request) override { return now(request); }
  void done(const web::Request&, const web::Outcome& outcome) noexcept override {
    std::lock_guard lock(mutex_);
    outcomes_.push_back(outcome);
  }
  web::Response refusal(int status) noexcept override {
    return {.status = status, .body = "refused " + std::to_string(status)};
  }

  web::Lane lane(const web::Request& request) const noexcept override {
    return request.method == web::Method::get ? web::Lane::reads : web::Lane::writes;
  }
  web::Response busy(web::Request* request, web::Busy why) noexcept override {
    return {.status = 503,
            .body = std::string(request == nullptr ? "a connection: " : "a request: ").append(name(why))};
  }

  // Waits for it: done() runs after the last byte has left.
  web::Outcome outcome(std::size_t index) {
    for (int i = 0; i < 1000; ++i) {
      {
        std::lock_guard lock(mutex_);
        if (outcomes_.size() > index) return outcomes_[index];
      }
      std::this_thread::sleep_for(10ms);
    }
    ADD_FAILURE() << "no outcome " << index;
    return {};
  }
  std::size_t outcomes() {
    std::lock_guard lock(mutex_);
    return outcomes_.size();
  }

 private:
  std::mutex mutex_;
  std::vector<web::Outcome> outcomes_;
};

// Keeps an I/O thread at work with a request, so that what comes meanwhile waits for it.
class HeldThread {
 public:
  explicit HeldThread(ScriptedHandler& handler) {
    handler.now = [this](web::Request& request) -> std::optional<web::Response> {
      if (request.target != "/hold") return std::nullopt;
      busy_.count_down();
      go_.wait();
      return web::Response{};
    };
  }
  void by(Client& client) {
    client.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    busy_.wait();
  }
  void go() { go_.count_down(); }

 private:
  std::latch busy_{1}, go_{1};
};

// What a sink saw, readable from the test's thread.
struct Upload {
  std::mutex mutex;
  std::string bytes;
  std::size_t writes = 0;
  bool finished = false, aborted = false, destroyed = false;

  template <class Seen>
  bool eventually(Seen seen) {
    for (int i = 0; i < 1000; ++i) {
      {
        std::lock_guard lock(mutex);
        if (seen(*this)) return true;
      }
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
};

class RecordingSink final : public web::BodySink {
 public:
  explicit RecordingSink(std::shared_ptr<Upload> upload, std::size_t refuse_at = std::string::npos)
      : upload_(std::move(upload)), refuse_at_(refuse_at) {}
  ~RecordingSink() override {
    std::lock_guard lock(upload_->mutex);
    upload_->destroyed = true;
  }
  std::optional<web::Response> write(base::Bytes bytes) override {
    std::lock_guard lock(upload_->mutex);
    upload_->bytes += base::as_text(bytes);
    ++upload_->writes;
    if (upload_->bytes.size() >= refuse_at_) return web::Response{.status = 403, .body = "enough"};
    return std::nullopt;
  }
  web::Response finish() override {
    std::lock_guard lock(upload_->mutex);
    upload_->finished = true;
    return {.status = 201, .body = std::to_string(upload_->bytes.size())};
  }
  void abort() noexcept override {
    std::lock_guard lock(upload_->mutex);
    upload_->aborted = true;
  }

 private:
  std::shared_ptr<Upload> upload_;
  std::size_t refuse_at_;
};

// Bytes that tell their position: any shift or gap shows.
inline std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 2654435761u) >> 13);
  return text;
}

class ServerTest : public testing::Test {
 protected:
  ScriptedHandler handler;
  base::SystemClock clock;
  WorkerPool api{{.name = "api", .threads = 4, .max_queue = 1'000, .waited = {}}};
  WorkerPool bulk{{.name = "bulk", .threads = 2, .max_queue = 100, .waited = {}}};
  Options options{.threads = 2, .limits = {}, .tick = 10ms, .busy_poll = std::chrono::microseconds(20)};
  Listener listener{.address = "127.0.0.1:0", .tls = {}, .handler = &handler, .pool = &api, .tcp_congestion = {}};
  std::unique_ptr<Server> server;

  std::uint16_t start() {
    server = std::make_unique<Server>(options, std::vector{listener}, bulk, clock);
    const auto started = server->start();
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    return server->port(0);
  }
  void TearDown() override { server.reset(); }

  // Every request becomes an upload into the returned record.
  std::shared_ptr<Upload> upload(std::size_t refuse_at = std::string::npos) {
    auto record = std::make_shared<Upload>();
    handler.reply = [record, refuse_at](web::Request&) {
      return web::StreamedBody{std::make_unique<RecordingSink>(record, refuse_at)};
    };
    return record;
  }
  // Every request's body is taken into memory and sent back.
  void echo(std::uint64_t limit) {
    handler.reply = [limit](web::Request&) {
      return web::BufferedBody{.limit = limit, .then = [](base::Result<std::string> body) {
                                 if (!body) return web::Response{.status = 413};
                                 return web::Response{.body = std::move(*body)};
                               }};
    };
  }
};

}  // namespace berth::net
