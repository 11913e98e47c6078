// The ECR door over a registry in memory, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "api/aws/aws_test_support.h"
#include "api/ecr/service.h"
#include "auth/key_ring.h"
#include "json/parse.h"
#include "json/writer.h"
#include "service/service_test_support.h"

namespace berth::api::ecr {

struct EcrTest : testing::Test {
  EcrTest() { credentials.add(std::string(aws::kKeyId), std::string(aws::kSecret)); }

  // A signed call of `operation` with this body; asked by `host`.
  web::Response call(std::string_view operation, const std::string& body) {
    auto request = aws::request_to(web::Method::post, "/", host);
    request.headers.add("Content-Type", "application/x-amz-json-1.1");
    request.headers.add("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921." + std::string(operation));
    aws::Signer signer(world.clock.now());
    signer.region = region;
    signer.sign(request, "ecr", body);
    return aws::exchange(front, request, body);
  }
  // The body of an answer that must be a success.
  std::string good(std::string_view operation, const std::string& body) {
    const auto response = call(operation, body);
    EXPECT_EQ(response.status, 200) << operation << " " << aws::body_of(response);
    return aws::body_of(response);
  }
  // The body of an answer that must be a client error.
  std::string bad(std::string_view operation, const std::string& body) {
    const auto response = call(operation, body);
    EXPECT_EQ(response.status, 400) << operation << " " << aws::body_of(response);
    return aws::body_of(response);
  }
  // A member of a JSON object, as text.
  static std::string member(const std::string& text, std::string_view name) {
    const auto document = json::parse(text);
    const auto* const found = document ? document->find_string(name) : nullptr;
    EXPECT_NE(found, nullptr) << name << " in " << text;
    return found == nullptr ? std::string() : *found;
  }
  std::string exception(std::string_view operation, const std::string& body) {
    return member(bad(operation, body), "__type");
  }

  service::World world;
  auth::FakeCredentials credentials;
  auth::SigV4Verifier verifier{credentials, world.clock};
  auth::KeyRing keys = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  auth::RegistryTokens tokens{keys, world.random};
  auth::DownloadUrls urls{keys};
  base::NullLog log;
  Service ecr{{.repositories = world.repositories,
               .images = world.images,
               .layers = world.layers,
               .policies = world.policies,
               .lifecycle = world.lifecycle,
               .pull_exclusions = world.pull_exclusions,
               .templates = world.templates,
               .tokens = tokens,
               .download_urls = urls,
               .clock = world.clock,
               .log = log,
               .endpoint = {.default_registry = service::registry(), .domains = {"amazonaws.com"}, .public_url = ""}}};
  aws::Front front{verifier, {&ecr}, log, std::chrono::seconds(30)};
  std::string host = "api.ecr.us-east-1.amazonaws.com";
  std::string region = "us-east-1";
};

inline std::string json_string(std::string_view text) { return json::write(json::Value(text)); }
// `template_text` with '@' replaced in order, and ' for ".
inline std::string json_text(std::string_view template_text, const std::vector<std::string>& values = {}) {
  std::string text(template_text);
  std::ranges::replace(text, '\'', '"');
  return service::fill(text, values);
}
inline std::string invalid(std::string_view path, std::string_view constraint) {
  return R"({"__type":"InvalidParameterException","message":)" +
         json_string(base::parameter_message(path, constraint)) + "}";
}
inline std::string no_repository(std::string_view name) {
  return R"({"__type":"RepositoryNotFoundException","message":"The repository with name ')" + std::string(name) +
         R"(' does not exist in the registry with id '123456789012'"})";
}

}  // namespace berth::api::ecr
