// Pushes and pulls at a steady rate, alone or beside something that is measured with them.
#pragma once

#include <atomic>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "bench_support.h"
#include "work/loop.h"

namespace berth::bench {

inline constexpr int kPushers = 2, kPullers = 4;
inline constexpr auto kPushEvery = std::chrono::milliseconds(40), kPullEvery = std::chrono::milliseconds(5);

struct Load {
  Times pushes, pulls;
};

// Until `done`.
inline Load load(Registry& registry, const std::string& prefix, const std::function<bool()>& done) {
  const auto ref = registry.name("busy");
  std::vector<Times> pushes(kPushers), pulls(kPullers);
  std::vector<std::jthread> threads;
  for (int p = 0; p < kPushers; ++p) {
    threads.emplace_back([&, p] {
      for (int i = 0; !done(); ++i) {
        const auto name = prefix + std::to_string(p) + "-" + std::to_string(i);
        const auto begun = Clock::now();
        registry.push_image(ref, name, name);
        pushes[static_cast<std::size_t>(p)].add(begun);
        std::this_thread::sleep_until(begun + kPushEvery);
      }
    });
  }
  for (int p = 0; p < kPullers; ++p) {
    threads.emplace_back([&, p] {
      const auto tag = must(model::Tag::parse("pulled"));
      const auto layer = digest_of("pulled");
      while (!done()) {
        const auto begun = Clock::now();
        must(registry.images.get(registry.scope, ref, tag));
        must(registry.layers.open(registry.scope, ref, layer,
                                  [](std::uint64_t size) { return blob::ByteRange{.first = 0, .length = size}; }));
        pulls[static_cast<std::size_t>(p)].add(begun);
        std::this_thread::sleep_until(begun + kPullEvery);
      }
    });
  }
  threads.clear();
  Load out;
  for (const auto& each : pushes) out.pushes.add(each);
  for (const auto& each : pulls) out.pulls.add(each);
  return out;
}

// The load beside a loop over `step`, as work::Loop runs it, until there is nothing to do or the time is over.
inline Load beside(Registry& registry, const std::string& prefix, std::chrono::seconds most,
            const std::function<work::Progress()>& step) {
  std::atomic<bool> over = false;
  const auto until = Clock::now() + most;
  std::jthread worker([&] {
    while (Clock::now() < until) {
      const auto progress = step();
      if (progress.done == 0) break;
      std::this_thread::sleep_for(progress.rest);
    }
    over = true;
  });
  return load(registry, prefix, [&] { return over.load(); });
}

// false: a p99 is not under `bound` times the idle one.
inline bool print(const char* what, Load& load, Load* idle, double bound) {
  std::printf("%-10s push p50 %6.0f us  p99 %6.0f us  max %7.0f us | pull p50 %6.0f us  p99 %6.0f us  max %7.0f us",
              what, load.pushes.at(.5), load.pushes.at(.99), load.pushes.at(1), load.pulls.at(.5), load.pulls.at(.99),
              load.pulls.at(1));
  if (idle == nullptr) {
    std::puts("");
    return true;
  }
  const double push = load.pushes.at(.99) / idle->pushes.at(.99);
  const double pull = load.pulls.at(.99) / idle->pulls.at(.99);
  std::printf(" | p99 / idle: push %.2f pull %.2f\n", push, pull);
  return push < bound && pull < bound;
}

}  // namespace berth::bench
