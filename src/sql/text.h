// What may stand in a TEXT column on every engine: UTF-8 (RFC 3629) without NUL. PostgreSQL refuses the rest; SQLite
// would store it and cut it short at the NUL in some functions, so it is refused before either sees it.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "sql/database.h"

namespace berth::sql {

bool is_storable_text(std::string_view text);

// invalid_parameter, naming the placeholder, for the first TEXT among `parameters` that is not storable.
base::Result<void> check_text(std::span<const Value> parameters);

}  // namespace berth::sql
