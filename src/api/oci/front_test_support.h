// The OCI door over a small registry in memory, without sockets. Included by *_test.cc only.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/oci/front.h"
#include "base/bytes.h"
#include "service/service_test_support.h"

namespace berth::api::oci {

struct Reply {
  int status = 0;
  web::Headers headers;
  std::string body;
  std::optional<std::uint64_t> announced_length;

  std::string_view operator[](std::string_view header) const { return headers.get(header); }
};

using Fields = std::vector<web::Headers::Field>;

class FrontTest : public testing::Test, protected service::World {
 protected:
  // As net would do it, with a body in pieces of `piece` bytes. No Authorization is added if `fields` has one.
  Reply send(web::Method method, std::string target, std::optional<std::string> body = std::nullopt, Fields fields = {},
             std::size_t piece = 3) {
    web::Request request{.method = method, .target = std::move(target), .scheme = "http", .host = host, .id = "req-1"};
    request.has_body = body.has_value();
    if (body) request.content_length = body->size();
    for (auto& [name, value] : fields) request.headers.add(std::move(name), std::move(value));
    if (!request.headers.find("Authorization")) request.headers.add("Authorization", authorization);
    auto reaction = front.handle(request);
    if (auto* response = std::get_if<web::Response>(&reaction)) return reply(std::move(*response));
    const std::string sent = body.value_or("");
    if (auto* buffered = std::get_if<web::BufferedBody>(&reaction)) {
      if (sent.size() <= buffered->limit) return reply(buffered->then(sent));
      return reply(buffered->then(base::fail(base::Errc::payload_too_large, "The body is too large")));
    }
    auto& sink = *std::get<web::StreamedBody>(reaction).sink;
    for (std::size_t at = 0; at < sent.size(); at += piece) {
      if (cut_after && *cut_after <= at) {
        sink.abort();
        return {};
      }
      if (auto early = sink.write(base::as_bytes(std::string_view(sent).substr(at, piece)))) {
        return reply(*std::move(early));
      }
    }
    return reply(sink.finish());
  }
  Reply get(std::string target, Fields fields = {}) {
    return send(web::Method::get, std::move(target), std::nullopt, std::move(fields));
  }
  Reply put_manifest(const std::string& reference, const std::string& manifest) {
    return send(web::Method::put, "/v2/team/app/manifests/" + reference, manifest,
                {{"Content-Type", std::string(service::kOciManifest)}});
  }
  std::string basic(const auth::Caller& caller) {
    return basic(std::string(tokens.issue(caller, registry().region, clock.now()).password.reveal()));
  }
  static std::string basic(const std::string& password) {
    return "Basic " + base::to_base64(base::as_bytes("AWS:" + password));
  }
  static model::RegistryRef registry() { return service::registry(); }

  std::string host = "localhost:5000";
  std::optional<std::size_t> cut_after;  // the client goes away after so many bytes of the body
  auth::KeyRing keys = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  auth::RegistryTokens tokens{keys, random};
  auth::DownloadUrls download_urls{keys};
  base::NullLog log;
  Options options{.default_registry = registry(),
                  .domains = {"amazonaws.com"},
                  .regions = {},
                  .public_url = {},
                  .public_hosts = {"public.ecr.aws", "public.localhost"}};
  // Of a door over the same registry, to be changed before it is made.
  Deps deps() {
    return {.images = images,
            .layers = layers,
            .repositories = repositories,
            .public_registries = public_registries,
            .tokens = tokens,
            .download_urls = download_urls,
            .clock = clock,
            .log = log,
            .options = options};
  }
  Front front{deps()};
  std::string authorization = basic(scope.caller);

 private:
  static Reply reply(web::Response response) {
    Reply made{.status = response.status,
               .headers = std::move(response.headers),
               .body = {},
               .announced_length = response.announced_length};
    if (auto* text = std::get_if<std::string>(&response.body)) made.body = std::move(*text);
    if (auto* stream = std::get_if<web::StreamBody>(&response.body)) {
      std::vector<std::byte> buffer(5);
      for (;;) {
        const auto n = stream->source->read(buffer);
        if (!n || *n == 0) break;
        made.body += base::as_text(std::span(buffer).first(*n));
      }
      EXPECT_EQ(made.body.size(), stream->length);
    }
    return made;
  }
};

inline std::string error_body(std::string_view code, std::string_view message) {
  return service::fill(R"({"errors":[{"code":"@","message":"@"}]})", {std::string(code), std::string(message)});
}

}  // namespace berth::api::oci
