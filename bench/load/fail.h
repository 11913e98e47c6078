// What ends the program: a mistake of whoever called it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace berth::load {

[[noreturn]] inline void fail(const std::string& why) {
  std::fprintf(stderr, "berth_load: %s\n", why.c_str());
  std::exit(2);
}

}  // namespace berth::load
