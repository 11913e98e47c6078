#include "scene.h"

namespace berth::load {
namespace {

constexpr std::uint64_t kSmall = 16 << 10;  // what is sent together with the head

void attach(Request& request, std::string& end, const Body& body) {
  request.body_bytes = body.size;
  if (body.size > kSmall) {
    request.body = body.parts;
  } else {
    for (const auto part : body.parts) end.append(part);
  }
}

}  // namespace

std::string Scene::fields(std::string_view more) const {
  return " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + std::string(more);
}

std::string Scene::fields(std::string_view more, std::uint64_t length) const {
  return fields(more) + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

Request Scene::get(std::string_view method, std::string_view target, std::string_view more, int status) const {
  return {.before = std::string(method) + ' ' + std::string(target) + fields(more) + "\r\n",
          .bodyless = method == "HEAD",
          .status = status};
}

Request Scene::send(std::string_view method, std::string_view target, std::string_view more, std::string_view body,
                    int status) const {
  return {.before = std::string(method) + ' ' + std::string(target) + fields(more, body.size()) + std::string(body),
          .status = status,
          .body_bytes = body.size()};
}

Request Scene::send_on(std::string_view method, std::string_view query, const Body& body, int status) const {
  Request out{.before = std::string(method) + ' ', .at_location = true, .status = status};
  out.after = std::string(query) + fields("Content-Type: application/octet-stream\r\n", body.size);
  attach(out, out.after, body);
  return out;
}

Request Scene::send_large(std::string_view method, std::string_view target, const Body& body, int status) const {
  Request out{.before = std::string(method) + ' ' + std::string(target) +
                        fields("Content-Type: application/octet-stream\r\n", body.size),
              .status = status};
  attach(out, out.before, body);
  return out;
}

}  // namespace berth::load
