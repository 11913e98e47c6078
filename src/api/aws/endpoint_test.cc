#include "api/aws/endpoint.h"

#include <gtest/gtest.h>

namespace berth::api::aws {
namespace {

const std::vector<std::string> kDomains = {"amazonaws.com", "registry.example"};

model::RegistryRef registry(std::string_view account = "123456789012", std::string_view region = "us-east-1") {
  return {.account = model::AccountId::parse(account).value(), .region = model::Region::parse(region).value()};
}

EndpointOptions options(std::string public_url = "") {
  return {.default_registry = registry(), .domains = kDomains, .public_url = std::move(public_url)};
}

web::Request asked(std::string scheme, std::string host) {
  web::Request request;
  request.scheme = std::move(scheme);
  request.host = std::move(host);
  return request;
}

TEST(Endpoint, AskedByAnEcrName) {
  const auto all = options();
  const Endpoint endpoint(asked("https", "api.ecr.us-east-1.amazonaws.com"), all);
  EXPECT_EQ(endpoint.registry(registry()), "123456789012.dkr.ecr.us-east-1.amazonaws.com");
  EXPECT_EQ(endpoint.registry_url(registry("111122223333", "eu-west-1")),
            "https://111122223333.dkr.ecr.eu-west-1.amazonaws.com");
  EXPECT_EQ(endpoint.base_url(), "https://api.ecr.us-east-1.amazonaws.com");

  const Endpoint own(asked("https", "api.ecr.us-east-1.registry.example:8443"), all);
  EXPECT_EQ(own.registry(registry()), "123456789012.dkr.ecr.us-east-1.registry.example:8443");

  const Endpoint dual_stack(asked("https", "ecr.us-east-1.api.aws"), all);
  EXPECT_EQ(dual_stack.registry(registry()), "123456789012.dkr.ecr.us-east-1.amazonaws.com");
}

TEST(Endpoint, PublicRegistries) {
  auto all = options();
  const auto shown = [&](std::string host) { return Endpoint(asked("http", std::move(host)), all).public_registry(); };
  EXPECT_EQ(shown("localhost:5000"), "public.ecr.aws:5000");
  all.public_hosts = {"public.example", "public.localhost", "other.localhost"};
  EXPECT_EQ(shown("api.ecr-public.us-east-1.amazonaws.com"), "public.example");
  EXPECT_EQ(shown("registry.internal:8443"), "public.example:8443");
  for (const auto* local : {"localhost", "127.0.0.1", "[::1]", "api.localhost"}) {
    EXPECT_EQ(shown(local), "public.localhost") << local;
    EXPECT_EQ(shown(std::string(local) + ":5000"), "public.localhost:5000") << local;
  }
  EXPECT_EQ(Endpoint(asked("https", "localhost:5000"), all).public_url(), "https://public.localhost:5000");
  all.public_hosts = {"public.example"};
  EXPECT_EQ(shown("localhost:5000"), "public.example:5000");
}

TEST(Endpoint, AskedByAnotherName) {
  const auto all = options();
  const Endpoint endpoint(asked("http", "localhost:5000"), all);
  EXPECT_EQ(endpoint.registry(registry()), "localhost:5000");
  EXPECT_EQ(endpoint.registry_url(registry()), "http://localhost:5000");
  EXPECT_EQ(endpoint.base_url(), "http://localhost:5000");
  // The OCI door answers on localhost for the default registry only.
  EXPECT_EQ(endpoint.registry(registry("111122223333")), "111122223333.dkr.ecr.us-east-1.amazonaws.com:5000");
  EXPECT_EQ(endpoint.registry(registry("123456789012", "eu-west-1")),
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com:5000");
  EXPECT_EQ(Endpoint(asked("http", "[::1]"), all).registry(registry("111122223333")),
            "111122223333.dkr.ecr.us-east-1.amazonaws.com");
}

TEST(Endpoint, WithoutAnyDomain) {
  const EndpointOptions none{.default_registry = registry(), .domains = {}, .public_url = ""};
  EXPECT_EQ(Endpoint(asked("http", "api.ecr.us-east-1.amazonaws.com"), none).registry(registry()),
            "api.ecr.us-east-1.amazonaws.com");
  EXPECT_EQ(Endpoint(asked("https", "ecr.us-east-1.api.aws"), none).registry(registry()),
            "123456789012.dkr.ecr.us-east-1.amazonaws.com");
}

TEST(Endpoint, WithAPublicUrl) {
  const auto all = options("https://registry.company.example/");
  const Endpoint behind_proxy(asked("http", "10.0.0.7:5000"), all);
  EXPECT_EQ(behind_proxy.registry(registry()), "registry.company.example");
  EXPECT_EQ(behind_proxy.registry_url(registry()), "https://registry.company.example");
  EXPECT_EQ(behind_proxy.base_url(), "https://registry.company.example");
  const Endpoint by_ecr_name(asked("https", "api.ecr.us-east-1.amazonaws.com"), all);
  EXPECT_EQ(by_ecr_name.base_url(), "https://api.ecr.us-east-1.amazonaws.com");
}

}  // namespace
}  // namespace berth::api::aws
