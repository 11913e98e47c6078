#include "net/head.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "web/headers.h"

namespace berth::net {
namespace {

namespace http = boost::beast::http;
using boost::optional;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

struct Field {
  std::string_view name;
  std::string_view value;
};

// Collects views into the head, which is complete before it is parsed.
class Parser final : public http::basic_parser<true> {
 public:
  std::string_view method, target;
  int version = 0;
  std::vector<Field> fields;

 private:
  void on_request_impl(http::verb, boost::beast::string_view method_text, boost::beast::string_view target_text,
                       int version_number, error_code&) override {
    method = view(method_text);
    target = view(target_text);
    version = version_number;
  }
  void on_field_impl(http::field, boost::beast::string_view name, boost::beast::string_view value,
                     error_code&) override {
    fields.push_back({.name = view(name), .value = view(value)});
  }
  void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(boost::beast::string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

bool digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// HTTP/2.0 and the like are understood well enough to say that they are not spoken here.
bool another_version(std::string_view text) {
  const auto line = text.substr(0, text.find("\r\n"));
  const auto at = line.rfind(" HTTP/");
  if (at == std::string_view::npos) return false;
  const auto version = line.substr(at + 6);
  return version.size() == 3 && digits(version.substr(0, 1)) && version[1] == '.' && digits(version.substr(2));
}

// Sets target and, for the absolute form, host. False: 400.
bool read_target(std::string_view target, web::Request& request) {
  const auto plain = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
  if (!std::ranges::all_of(target, plain)) return false;
  if (target.starts_with('/') || (target == "*" && request.method == web::Method::options)) {
    request.target = target;
    return true;
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!web::equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = std::min(target.find_first_of("/?"), target.size());
    const auto authority = target.substr(0, end);
    if (authority.empty() || !valid_host(authority)) return false;
    const auto rest = target.substr(end);
    request.host = authority;
    request.target = rest.starts_with('/') ? std::string(rest) : '/' + std::string(rest);
    return true;
  }
  return false;
}

// What the fields that decide about framing and host say.
struct Decisive {
  std::vector<std::string_view> hosts, lengths, encodings, expectations;

  explicit Decisive(const std::vector<Field>& fields) {
    for (const auto& [name, value] : fields) {
      if (web::equal_ignoring_case(name, "Host")) hosts.push_back(value);
      if (web::equal_ignoring_case(name, "Content-Length")) lengths.push_back(value);
      if (web::equal_ignoring_case(name, "Transfer-Encoding")) encodings.push_back(value);
      if (web::equal_ignoring_case(name, "Expect")) expectations.push_back(value);
    }
  }
};

// 0, or the status to refuse with. Two answers to "where does the body end" are one too many, even if they agree.
int read_framing(const Decisive& fields, Head& head) {
  auto& [request, framing] = head;
  if (fields.lengths.size() + fields.encodings.size() > 1) return 400;
  if (!fields.encodings.empty()) {
    if (framing.http_1_0) return 400;
    if (!web::equal_ignoring_case(fields.encodings.front(), "chunked")) return 501;
    framing.chunked = request.has_body = true;
  }
  if (!fields.lengths.empty()) {
    const auto text = fields.lengths.front();
    const auto length = digits(text) ? base::parse_integer<std::uint64_t>(text) : std::nullopt;
    if (!length) return 400;
    request.content_length = framing.length = *length;
    request.has_body = true;
  }
  for (const auto value : fields.expectations) {
    if (!web::equal_ignoring_case(value, "100-continue")) return 417;
    framing.expects_continue = request.has_body && !framing.http_1_0;
  }
  return 0;
}

// False: 400.
bool read_host(const Decisive& fields, const Framing& framing, web::Request& request) {
  if (fields.hosts.size() > 1 || (fields.hosts.empty() && !framing.http_1_0)) return false;
  if (fields.hosts.empty()) return true;
  const auto host = fields.hosts.front();
  if (!host.empty() && !valid_host(host)) return false;
  if (request.host.empty()) request.host = host;
  return true;
}

}  // namespace

bool valid_host(std::string_view text) {
  auto port = std::string_view();
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const auto part = [](char c) { return std::string_view("0123456789abcdefABCDEF:.").contains(c); };
    if (!std::ranges::all_of(text.substr(1, end - 1), part)) return false;
    port = text.substr(end + 1);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    const auto part = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             std::string_view("-._~!$&'()*+,;=%").contains(c);
    };
    if (colon == 0 || !std::ranges::all_of(text.substr(0, colon), part)) return false;
    port = text.substr(colon);
  }
  return port.empty() || port == ":" || (port.starts_with(':') && port.size() <= 6 && digits(port.substr(1)));
}

std::variant<Head, Refused> parse_head(std::string_view text) {
  Parser parser;
  parser.fields.reserve(16);
  parser.header_limit(static_cast<std::uint32_t>(text.size() + 1));
  parser.body_limit(boost::none);
  error_code error;
  parser.put(boost::asio::const_buffer(text.data(), text.size()), error);
  if (error == http::error::bad_version && another_version(text)) return Refused{.status = 505};
  if (error || !parser.is_header_done()) return Refused{.status = 400};

  Head head;
  head.request.method = web::method_from(parser.method);
  head.framing.http_1_0 = parser.version == 10;
  head.framing.keep_alive = parser.keep_alive();
  const Decisive decisive(parser.fields);
  if (!read_target(parser.target, head.request)) return Refused{.status = 400};
  if (!read_host(decisive, head.framing, head.request)) return Refused{.status = 400};
  if (const int status = read_framing(decisive, head)) return Refused{.status = status};
  head.request.headers.reserve(parser.fields.size());
  for (const auto& [name, value] : parser.fields) head.request.headers.add(std::string(name), std::string(value));
  return head;
}

}  // namespace berth::net
