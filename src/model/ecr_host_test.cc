#include "model/ecr_host.h"

#include <gtest/gtest.h>

#include <vector>

namespace berth::model {
namespace {

const std::vector<std::string> kDomains = {"amazonaws.com", "example.test"};

TEST(EcrHost, ReadsNamesOfRegistries) {
  for (const std::string_view host :
       {"123456789012.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com:5000",
        "123456789012.DKR.ecr.EU-west-1.AmazonAWS.com", "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com"}) {
    const auto read = parse_ecr_host(host, kDomains);
    ASSERT_TRUE(read && read->account) << host;
    EXPECT_EQ(read->account->text(), "123456789012");
    EXPECT_EQ(read->region.text(), "eu-west-1");
    EXPECT_EQ(read->domain, "amazonaws.com");
  }
  EXPECT_EQ(parse_ecr_host("123456789012.dkr.ecr.eu-west-1.example.test", kDomains)->domain, "example.test");
}

TEST(EcrHost, ReadsNamesOfTheApi) {
  for (const std::string_view host : {"api.ecr.us-east-1.amazonaws.com", "ecr.us-east-1.amazonaws.com",
                                      "ecr-fips.us-east-1.amazonaws.com", "api.ecr-fips.us-east-1.amazonaws.com",
                                      "API.ECR.US-EAST-1.AMAZONAWS.COM", "api.ecr.us-east-1.amazonaws.com:8443"}) {
    const auto read = parse_ecr_host(host, kDomains);
    ASSERT_TRUE(read) << host;
    EXPECT_FALSE(read->account) << host;
    EXPECT_EQ(read->region.text(), "us-east-1");
    EXPECT_EQ(read->domain, "amazonaws.com");
  }
}

TEST(EcrHost, ReadsDualStackNames) {
  for (const std::string_view host : {"123456789012.dkr-ecr.eu-west-1.on.aws", "ecr.eu-west-1.api.aws",
                                      "123456789012.dkr-ecr-fips.eu-west-1.on.aws:443", "ecr-fips.eu-west-1.api.aws"}) {
    const auto read = parse_ecr_host(host, {});
    ASSERT_TRUE(read) << host;
    EXPECT_EQ(read->region.text(), "eu-west-1");
    EXPECT_EQ(read->domain, "");
  }
  EXPECT_FALSE(parse_ecr_host("123456789012.dkr-ecr.eu-west-1.api.aws", {}));
  EXPECT_FALSE(parse_ecr_host("ecr.eu-west-1.on.aws", {}));
}

TEST(EcrHost, RefusesOtherNames) {
  for (const std::string_view host : {"",
                                      ".",
                                      "localhost",
                                      "localhost:5000",
                                      "127.0.0.1:5000",
                                      "[::1]:5000",
                                      "example.test",
                                      "ecr.",
                                      "123456789012",
                                      "123456789012.",
                                      "api.ecr.amazonaws.com",
                                      "api.ecr.us-east-1.evil.example",
                                      "api.ecr.us-east-1.amazonaws.com.evil.example",
                                      "api.ecr..amazonaws.com",
                                      "api.ecr.US_EAST.amazonaws.com",
                                      "sts.us-east-1.amazonaws.com",
                                      "123456789012.ecr.us-east-1.amazonaws.com",
                                      "123456789012.dkr.ecr.eu-west-1.",
                                      "123456789012.dkr.ecr.eu-west-1",
                                      "123456789012.dkr.ecr..amazonaws.com",
                                      "12345678901.dkr.ecr.eu-west-1.amazonaws.com",
                                      "x123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                                      "123456789012.dkr.ecr.eu-west-1.evil.com",
                                      "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.com",
                                      "123456789012.dkr.ecr.eu_west.amazonaws.com",
                                      "123456789012.api.ecr.eu-west-1.amazonaws.com",
                                      "123456789012dkr.ecr.eu-west-1.amazonaws.com",
                                      "dkr.ecr.eu-west-1.amazonaws.com"}) {
    EXPECT_FALSE(parse_ecr_host(host, kDomains)) << host;
  }
  EXPECT_FALSE(parse_ecr_host("api.ecr.us-east-1.amazonaws.com", {}));
}

TEST(EcrHost, BelowAnyDomain) {
  const auto registry = parse_ecr_host("123456789012.dkr.ecr-fips.eu-west-1.Registry.Example:443");
  ASSERT_TRUE(registry);
  EXPECT_EQ(registry->account->text(), "123456789012");
  EXPECT_EQ(registry->region.text(), "eu-west-1");
  EXPECT_EQ(registry->domain, "registry.example");
  EXPECT_TRUE(registry->fips);
  const auto api = parse_ecr_host("api.ecr.us-east-1.x");
  ASSERT_TRUE(api);
  EXPECT_FALSE(api->account);
  EXPECT_FALSE(api->fips);
  EXPECT_EQ(parse_ecr_host("123456789012.dkr-ecr.us-east-1.on.aws")->domain, "on.aws");
  EXPECT_FALSE(parse_ecr_host("123456789012.dkr.ecr.eu-west-1."));
  EXPECT_FALSE(parse_ecr_host("index.docker.io"));
}

TEST(EcrHost, FindsThePort) {
  EXPECT_EQ(port_at("localhost:5000"), 9u);
  EXPECT_EQ(port_at("localhost"), 9u);
  EXPECT_EQ(port_at("[::1]:5000"), 5u);
  EXPECT_EQ(port_at("[::1]"), 5u);
  EXPECT_EQ(port_at(""), 0u);
}

}  // namespace
}  // namespace berth::model
