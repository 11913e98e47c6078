// Named places at which a test can make the process die, to prove what a crash there leaves behind.
//
//   BERTH_FAULT_POINT("blob.commit.after_rename");
//
// Nothing at all unless CMake's BERTH_FAULTS is on; then the process ends with _exit(137), as if killed, when it
// reaches the armed point. Names are <room>.<action>.<moment>, each used in one place.
#pragma once

#ifdef BERTH_FAULTS

#include <string>
#include <string_view>

namespace berth::base {

// Arms one point of the process, "name" or "name:3" for the third time it is reached. Call once, before threads start.
void arm_fault_point(std::string point);
void reach_fault_point(std::string_view name);

}  // namespace berth::base

#define BERTH_FAULT_POINT(name) ::berth::base::reach_fault_point(name)
#else
#define BERTH_FAULT_POINT(name) static_cast<void>(0)
#endif
