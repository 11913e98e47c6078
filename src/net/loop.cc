#include "net/loop.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "net/channel.h"
#include "net/response_head.h"

namespace berth::net {

Loop::Loop(const base::Clock& clock, milliseconds tick, std::chrono::microseconds busy_poll)
    : clock_(clock), tick_(tick), busy_poll_(busy_poll), guard_(context_.get_executor()), timer_(context_) {}

Loop::~Loop() {
  stop();
  while (posting_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
}

void Loop::start() {
  arm_tick();
  thread_ = std::thread([this] { run(); });
}

// To sleep is to be woken up, which takes longer than to answer: right after work, more of it is waited for awake. The
// core is offered to whoever wants it meanwhile. If somebody takes it, this thread sleeps for a while as others do, and
// for longer each time, since who offers his core gets it back late, and who is woken up gets it at once.
void Loop::run() {
  constexpr std::chrono::microseconds kTaken(20);
  constexpr milliseconds kShortest(1), kLongest(128);
  TimePoint asleep_from, awake_from;
  auto sleep = kShortest;
  bool worked = true, offered = false;
  while (!context_.stopped()) {
    if (context_.poll() > 0) {
      worked = true;
      if (std::exchange(offered, false)) sleep = kShortest;  // nobody wanted it
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    if (std::exchange(worked, false) && now >= awake_from) asleep_from = now + busy_poll_;
    if (now >= asleep_from) {
      worked = context_.run_one() > 0;
      continue;
    }
    std::this_thread::yield();
    const auto back = std::chrono::steady_clock::now();
    offered = back - now <= kTaken;
    if (offered) continue;
    asleep_from = back;
    awake_from = back + sleep;
    sleep = std::min(2 * sleep, kLongest);
  }
}

void Loop::stop() {
  if (!thread_.joinable()) return;
  post([this] {
    stopping_ = true;
    timer_.cancel();
    for (Channel* channel : channels_) channel->cancel();
    guard_.reset();
  });
  thread_.join();
}

void Loop::drain() {
  draining_ = true;
  for (Channel* channel : channels_) channel->leave();
}

bool Loop::make_room(const ListenerState* listener, TimePoint before) {
  Channel* longest = nullptr;
  for (Channel* channel : channels_) {
    const auto since = channel->idle_since();
    if (!since || *since >= before || (listener != nullptr && !channel->came_by(*listener))) continue;
    before = *since;
    longest = channel;
  }
  if (longest == nullptr) return false;
  longest->leave();
  return true;
}

void Loop::add(Channel& channel) {
  channels_.push_back(&channel);
  if (stopping_) channel.cancel();
}

void Loop::remove(Channel& channel) {
  const auto at = std::ranges::find(channels_, &channel);
  *at = channels_.back();
  channels_.pop_back();
}

void Loop::arm_tick() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || stopping_) return;
    const auto now = std::chrono::steady_clock::now();
    for (Channel* channel : channels_) channel->tick(now);
    arm_tick();
  });
}

std::string_view Loop::date() {
  const auto now = clock_.now();
  const auto second = base::to_micros(now) / 1'000'000;
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(now);
  }
  return date_;
}

}  // namespace berth::net
