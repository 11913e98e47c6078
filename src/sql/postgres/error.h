// What PostgreSQL's SQLSTATE codes mean to us.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace berth::sql::postgres {

// What is left to try after an error.
enum class Fate : std::uint8_t {
  final,  // the same transaction would fail again
  retry,  // another transaction was in the way: run it again
  lost,   // the connection is of no use any more: run it again on another
};

struct Meaning {
  base::Errc code;
  Fate fate;
};

// `state`: five characters, empty if the server gave none; `message`: the server's first line.
Meaning meaning_of(std::string_view state, std::string_view message);

}  // namespace berth::sql::postgres
