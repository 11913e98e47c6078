// Conditional requests (RFC 9110 section 13). Berth's entity tags are strong: a quoted digest. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "web/headers.h"

namespace berth::web {

std::string etag(std::string_view opaque);  // with quotes

// Whether a field of entity tags ("*", or a list) names `current`, which is as etag() makes it. Weak comparison, as
// If-None-Match wants it. A tag without quotes counts too: registry clients send the bare digest.
bool if_none_match(std::string_view field, std::string_view current);

// Whether If-Match lets a request through: the field is absent (empty), "*", or names `current` (strong comparison, but
// for the bare digest). If not, answer 412.
bool if_match(std::string_view field, std::string_view current);

// What the conditions of a GET or HEAD make of it: 412 or 304, an answer without body; nullopt: go on. Times do not
// count, since nothing here has one.
std::optional<int> conditional_status(const Headers& headers, std::string_view current);

// Whether a Range may be honoured: there is no If-Range (empty), or it names `current` (strong comparison). A date
// never matches.
bool if_range(std::string_view field, std::string_view current);

}  // namespace berth::web
