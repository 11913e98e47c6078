#include "base/fault_point.h"

#ifdef BERTH_FAULTS

#include <unistd.h>

#include <atomic>

#include "base/text.h"

namespace berth::base {
namespace {

// The one global of the tree: a fault point must cost its caller no parameter, and it does not exist in what is
// shipped.
struct Armed {
  std::string name;
  std::atomic<int> countdown = 0;
};
Armed armed;

}  // namespace

void arm_fault_point(std::string point) {
  const auto colon = point.rfind(':');
  const auto times = colon == std::string::npos ? std::nullopt : parse_integer<int>(point.substr(colon + 1));
  armed.name = times ? point.substr(0, colon) : std::move(point);
  armed.countdown = times.value_or(1);
}

void reach_fault_point(std::string_view name) {
  if (name == armed.name && armed.countdown.fetch_sub(1) == 1) ::_exit(137);
}

}  // namespace berth::base

#endif
