// The head of an answer as text.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "web/response.h"

namespace berth::net {

// What the connection adds to a Response.
struct Wrapping {
  std::string_view date;    // as http_date() makes it
  bool close = false;       // say `Connection: close`
  bool keep_alive = false;  // say `Connection: keep-alive`, which HTTP/1.0 wants to hear
};

// Appends status line, fields (web::append_fields) and the empty line.
void append_head(std::string& out, const web::Response& response, const Wrapping& wrapping);

// Whether an answer of this status has a body at all: not 1xx, 204, 304.
bool bodiless(int status);

std::string http_date(base::Timestamp time);  // "Sun, 06 Nov 1994 08:49:37 GMT"

}  // namespace berth::net
