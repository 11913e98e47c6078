// The commands of the `berth` program. Each prints for people on a terminal, or one JSON document with --json, and
// returns the exit status: 0 done, 1 failed, 2 not understood.
#pragma once

#include <string>
#include <vector>

#include "config/load.h"

namespace berth::app {

struct Invocation {
  std::vector<std::string> arguments;  // after the command's name, for a reload
  config::Loaded config;
  bool json = false;
};

int serve(const Invocation& invocation);
int init(const Invocation& invocation);
int fsck(const Invocation& invocation);
int config_check(const Invocation& invocation);
int operations(const Invocation& invocation);
int version(const Invocation& invocation);

// "berth: <message>" on standard error; returns 1.
int failed(const base::Error& error);

}  // namespace berth::app
