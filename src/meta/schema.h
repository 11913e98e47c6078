// The migrations, for Store::migrate() and for the tests of what they do to older data. Private to meta.
#pragma once

#include <span>

#include "sql/migrate.h"

namespace berth::meta {

std::span<const sql::Migration> migrations();  // ascending

}  // namespace berth::meta
