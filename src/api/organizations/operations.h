// Every operation of AWS Organizations that Berth has: the one table.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/organizations/call.h"
#include "json/fields.h"

namespace berth::api::organizations {

struct Operation {
  std::string_view name;
  base::Result<std::string> (*run)(const Call& call, std::string body);
  json::TypeDescription (*input)();
  json::TypeDescription (*output)();  // nullptr: it answers nothing
  std::string_view over_limit;        // Reason of ConstraintViolationException, if it can be one
  std::string_view in_use;            // the exception for a delete_conflict, if it can be one
};

std::span<const Operation> operations();                 // by name
const Operation* find_operation(std::string_view name);  // nullptr: there is none

}  // namespace berth::api::organizations
