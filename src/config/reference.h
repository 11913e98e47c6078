// What people read about the options, made from the table.
#pragma once

#include <string>

#include "config/load.h"

namespace berth::config {

std::string help_text();           // the options' part of --help
std::string reference_markdown();  // the whole of docs/configuration.md

// `berth config check`: every option with its value and where it came from, as a file that load() reads again, except
// that passwords are masked.
std::string effective(const Loaded& loaded);

}  // namespace berth::config
