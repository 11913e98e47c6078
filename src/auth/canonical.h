// The canonical form of a request, the text that SigV4 signs ("Create a signed AWS API request", step 1). Pure
// functions; the head is bounded by whoever read it from the socket.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::auth {

// A request without its body, as it came over the wire. Views: the request outlives it.
struct RequestHead {
  std::string_view method;
  std::string_view path;   // raw, still percent-encoded
  std::string_view query;  // raw, without '?'
  std::string_view host;   // as the client sees it: Host, :authority, or what a trusted proxy reports
  std::span<const std::pair<std::string, std::string>> headers;

  // Values of all fields of that lower-case name, in order.
  std::vector<std::string_view> values(std::string_view lower_case_name) const;
};

// One parameter of a query, percent-decoded ('+' is a space; a '%' that starts no escape stands for itself).
struct QueryParameter {
  std::string name;
  std::string value;
};
std::vector<QueryParameter> parse_query(std::string_view raw);

// Percent-encodes all bytes but A-Z a-z 0-9 - . _ ~
std::string uri_encode(std::string_view raw);

// Dot segments and empty segments removed, then encoded: twice in all, since `raw` is encoded already. That is the rule
// of every service but S3.
std::string canonical_path(std::string_view raw);

// Encoded, sorted by name, then value; without X-Amz-Signature.
std::string canonical_query(std::span<const QueryParameter> query);

// Values joined with ',', each trimmed and with runs of white space as one space.
std::string canonical_header(const RequestHead& head, std::string_view lower_case_name);

// Everything before the hash of the body, including the line end before it. `names`: lower case, in order.
std::string canonical_head(const RequestHead& head, std::span<const QueryParameter> query,
                           std::span<const std::string_view> names);

}  // namespace berth::auth
