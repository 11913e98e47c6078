#include "app/live_line.h"

#include <unistd.h>

#include <cstdio>

namespace berth::app {

LiveLine::LiveLine() : live_(isatty(STDERR_FILENO) != 0) {}

void LiveLine::show(const std::function<std::string()>& text) {
  const auto now = std::chrono::steady_clock::now();
  if (!live_ || now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  std::fprintf(stderr, "\r\033[K%s", text().c_str());
}

void LiveLine::clear() {
  if (live_) std::fputs("\r\033[K", stderr);
}

}  // namespace berth::app
