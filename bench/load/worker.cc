#include "worker.h"

#include <sys/epoll.h>
#include <time.h>

#include <algorithm>
#include <array>

#include "fail.h"

namespace berth::load {

Nanoseconds now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<Nanoseconds>(time.tv_sec) * 1'000'000'000 + static_cast<Nanoseconds>(time.tv_nsec);
}

void Outcome::add(const Outcome& other) {
  if (latencies.size() < other.latencies.size()) latencies.resize(other.latencies.size());
  for (std::size_t i = 0; i < other.latencies.size(); ++i) latencies[i].add(other.latencies[i]);
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  errors += other.errors;
  if (first_error.empty()) first_error = other.first_error;
  end = std::max(end, other.end);
}

Worker::Worker(const Endpoint& endpoint, SSL_CTX* tls, Source& source, std::size_t kinds, Pace pace,
               std::atomic<std::int64_t>& left)
    : endpoint_(endpoint),
      tls_(tls),
      source_(source),
      pace_(pace),
      left_(left),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      scratch_(std::size_t{128} << 10) {
  outcome_.latencies.resize(kinds);
  for (std::size_t i = 0; i < pace_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>());
    connections_.back()->number = i;
  }
}

Outcome Worker::run() {
  due_ = static_cast<double>(pace_.start);
  for (auto& each : connections_) begin(*each);
  std::array<epoll_event, 256> events;
  while (busy_ > 0 || !free_.empty()) {
    const timespec* wait = nullptr;
    timespec left{};
    if (!free_.empty()) {
      const auto nanoseconds = static_cast<std::int64_t>(std::max(0., due_ - static_cast<double>(now())));
      left = {.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
      wait = &left;
    }
    const int count = ::epoll_pwait2(epoll_.fd(), events.data(), events.size(), wait, nullptr);
    for (int i = 0; i < count; ++i) advance(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
    if (!free_.empty()) release_due();
  }
  return std::move(outcome_);
}

void Worker::begin(Connection& c) {
  const auto time = now();
  if (pace_.rate == 0) {
    if (time < pace_.end) start(c, time);
    return;
  }
  if (due_ >= static_cast<double>(pace_.end)) return;
  if (due_ > static_cast<double>(time)) {
    free_.push_back(&c);
    return;
  }
  const auto intended = static_cast<Nanoseconds>(due_);
  due_ += 1e9 / pace_.rate;
  start(c, intended);
}

void Worker::release_due() {
  while (!free_.empty()) {
    if (due_ >= static_cast<double>(pace_.end)) return free_.clear();
    if (due_ > static_cast<double>(now())) return;
    auto& c = *free_.front();
    free_.pop_front();
    begin(c);
  }
}

void Worker::start(Connection& c, Nanoseconds intended) {
  c.operation = source_.next(c.number, c.own);
  if (c.operation == nullptr) return;
  if (c.operation->counted && left_.fetch_sub(1, std::memory_order_relaxed) <= 0) return;
  ++busy_;
  c.intended = intended;
  c.request = 0;
  c.location.clear();
  if (pace_.fresh && c.phase != Phase::closed) {
    c.stream.close();
    c.phase = Phase::closed;
  }
  if (c.phase == Phase::closed) return connect(c);
  ask(c);
}

void Worker::connect(Connection& c) {
  c.used = false;
  if (!c.stream.open(endpoint_, tls_)) return broken(c, "cannot connect");
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &c}};
  if (::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, c.stream.fd(), &event) != 0) fail("epoll takes no more");
  c.phase = Phase::connecting;
}

void Worker::ask(Connection& c) {
  if (c.request == c.operation->requests.size()) return over(c);
  const auto& request = c.operation->requests[c.request];
  c.reader.begin(request.bodyless);
  const std::string* head = &request.before;
  if (request.at_location) {
    c.head.assign(request.before).append(c.location);
    if (!request.after.starts_with(' ')) c.head.push_back(c.location.find('?') == std::string::npos ? '?' : '&');
    c.head.append(request.after);
    head = &c.head;
  }
  c.pieces.clear();
  c.piece = 0;
  c.pieces.push_back({.iov_base = const_cast<char*>(head->data()), .iov_len = head->size()});
  for (const auto part : request.body) {
    c.pieces.push_back({.iov_base = const_cast<char*>(part.data()), .iov_len = part.size()});
  }
  outcome_.bytes_out += request.body_bytes;
  c.phase = Phase::asking;
  send(c);
}

void Worker::send(Connection& c) {
  while (c.piece < c.pieces.size()) {
    auto wrote = c.stream.write(std::span(c.pieces).subspan(c.piece));
    if (wrote == Stream::kAgain) return;
    if (wrote <= 0) {
      // a refusal may have come before all was sent
      if (c.reader.advance(c.stream, scratch_) == AnswerReader::State::done) return answered(c);
      return ended(c, "while a request was sent");
    }
    while (wrote > 0) {
      auto& piece = c.pieces[c.piece];
      const auto part = std::min(static_cast<std::size_t>(wrote), piece.iov_len);
      piece.iov_base = static_cast<char*>(piece.iov_base) + part;
      piece.iov_len -= part;
      wrote -= static_cast<ssize_t>(part);
      if (piece.iov_len == 0) ++c.piece;
    }
  }
  c.phase = Phase::waiting;
}

void Worker::advance(Connection& c) {
  if (c.phase == Phase::connecting) {
    const auto result = c.stream.establish();
    if (result == Stream::kAgain) return;
    if (result <= 0) return broken(c, "cannot connect");
    return ask(c);
  }
  if (c.phase == Phase::asking) send(c);
  if (c.phase != Phase::waiting) return;
  switch (c.reader.advance(c.stream, scratch_)) {
    case AnswerReader::State::more: return;
    case AnswerReader::State::done: return answered(c);
    case AnswerReader::State::broken: return ended(c, "before an answer");
  }
}

void Worker::ended(Connection& c, const char* when) {
  // a kept one may have been closed for its age just when it was used
  const bool again = c.used && !c.reader.begun() && c.operation->requests[c.request].body_bytes == 0;
  if (!again) return broken(c, std::string("the connection ended ") + when);
  c.stream.close();
  connect(c);
}

void Worker::answered(Connection& c) {
  const auto& request = c.operation->requests[c.request];
  const auto& answer = c.reader.answer();
  outcome_.bytes_in += answer.bytes;
  c.used = true;
  if (answer.status != request.status || c.piece < c.pieces.size()) {
    return broken(c, request.before.substr(0, request.before.find('\r')) + c.location + ": answered " +
                         std::to_string(answer.status));
  }
  if (!answer.location.empty()) c.location = answer.location;
  ++c.request;
  if (answer.close) {
    c.stream.close();
    c.phase = Phase::closed;
    if (c.request < c.operation->requests.size()) return connect(c);
  }
  ask(c);
}

void Worker::over(Connection& c) {
  const auto time = now();
  if (c.operation->counted) outcome_.latencies[c.operation->kind].add(time - std::min(time, c.intended));
  outcome_.end = std::max(outcome_.end, time);
  --busy_;
  if (pace_.fresh) {
    c.stream.close();
    c.phase = Phase::closed;
  } else if (c.phase != Phase::closed) {
    c.phase = Phase::idle;
  }
  begin(c);
}

void Worker::broken(Connection& c, const std::string& why) {
  constexpr std::uint64_t kMost = 1000;  // then nothing more is worth knowing
  if (++outcome_.errors == 1) outcome_.first_error = why;
  outcome_.end = std::max(outcome_.end, now());
  --busy_;
  c.stream.close();
  c.phase = Phase::closed;
  if (outcome_.errors < kMost) begin(c);
}

}  // namespace berth::load
