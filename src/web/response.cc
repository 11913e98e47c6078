#include "web/response.h"

#include <algorithm>
#include <array>

namespace berth::web {
namespace {

struct LengthOf {
  std::uint64_t operator()(const std::string& body) const { return body.size(); }
  std::uint64_t operator()(const SharedBody& body) const { return body ? body->size() : 0; }
  std::uint64_t operator()(const FileBody& body) const { return body.length; }
  std::uint64_t operator()(const StreamBody& body) const { return body.length; }
};

constexpr std::array<std::string_view, 5> kOfTheConnection{"Content-Length", "Connection", "Date", "Transfer-Encoding",
                                                           "Keep-Alive"};

bool token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

bool of_the_connection(std::string_view name) {
  return std::ranges::any_of(kOfTheConnection, [&](std::string_view own) { return equal_ignoring_case(own, name); });
}

void append_value(std::string& out, std::string_view value) {
  for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

}  // namespace

std::string_view reason(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";  // a reason phrase is a courtesy; clients go by the number
  }
}

std::uint64_t body_length(const Response& response) {
  return response.announced_length.value_or(std::visit(LengthOf{}, response.body));
}

void append_fields(std::string& out, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (of_the_connection(name) || !token(name)) continue;
    out += "\r\n";
    out += name;
    out += ": ";
    append_value(out, value);
  }
}

}  // namespace berth::web
