// The time stamps of SigV4: "20250131T235959Z" (ISO 8601 basic), always UTC, whole seconds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace berth::auth {

std::string format_amz_date(base::Timestamp time);
std::optional<base::Timestamp> parse_amz_date(std::string_view text);  // only the exact spelling

// The Date header of clients that send no X-Amz-Date: "Mon, 09 Sep 2011 23:36:00 GMT" (RFC 9110 IMF-fixdate), the zone
// also as "-0000", "+0000" or "UTC". The name of the day is not checked against the date.
std::optional<base::Timestamp> parse_http_date(std::string_view text);

}  // namespace berth::auth
