#include "cli/target.h"

#include <gtest/gtest.h>

namespace berth::cli {
namespace {

constexpr std::string_view kEcr = "123456789012.dkr.ecr.eu-west-1.example.com";

struct Place {
  Overrides overrides{};
  Ini own{};
  Environment environment{};
  Ini config{};

  base::Result<Target> find(std::string_view host) const {
    return find_target(host, overrides, own, environment, Profiles(config, {}));
  }
};

TEST(RegistryHost, OfWhatDockerSays) {
  EXPECT_EQ(registry_host("https://Example.com/v2/"), "example.com");
  EXPECT_EQ(registry_host("example.com:5000/team/app:1\n"), "example.com:5000");
  EXPECT_EQ(registry_host("[::1]:5000"), "[::1]:5000");
  EXPECT_EQ(registry_host(""), "");
}

TEST(Target, ByItsName) {
  struct Case {
    std::string host, endpoint, sts, region;
  };
  const Case cases[] = {
      {std::string(kEcr), "https://api.ecr.eu-west-1.example.com", "https://sts.eu-west-1.example.com", "eu-west-1"},
      {std::string(kEcr) + ":8443", "https://api.ecr.eu-west-1.example.com:8443",
       "https://sts.eu-west-1.example.com:8443", "eu-west-1"},
      {"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", "https://ecr-fips.us-east-1.amazonaws.com",
       "https://sts.us-east-1.amazonaws.com", "us-east-1"},
      {"123456789012.dkr-ecr.us-east-1.on.aws", "https://ecr.us-east-1.api.aws", "https://sts.us-east-1.api.aws",
       "us-east-1"},
      {"localhost:5000", "http://localhost:5000", "http://localhost:5000", "us-east-1"},
      {"127.0.0.1", "http://127.0.0.1", "http://127.0.0.1", "us-east-1"},
      {"[::1]:5000", "http://[::1]:5000", "http://[::1]:5000", "us-east-1"},
  };
  for (const auto& c : cases) {
    const auto target = Place{}.find(c.host);
    ASSERT_TRUE(target) << c.host << ": " << target.error().message;
    EXPECT_EQ(target->endpoint, c.endpoint);
    EXPECT_EQ(target->sts_endpoint, c.sts);
    EXPECT_EQ(target->region, c.region);
    EXPECT_EQ(target->profile, "default");
    EXPECT_FALSE(target->check_answer);
  }
}

TEST(Target, OthersAreNoneOfOurs) {
  const Place with_endpoint{.environment = {{"BERTH_ENDPOINT", "https://berth.example.com"}}};
  for (const std::string host : {"index.docker.io", "quay.io", "", "123456789012.dkr.s3.us-east-1.example.com",
                                 "12345.dkr.ecr.us-east-1.example.com", "127.evil.com", "localhost.evil.com"}) {
    for (const Place& place : {Place{}, with_endpoint}) {
      const auto target = place.find(host);
      ASSERT_FALSE(target) << host;
      EXPECT_EQ(target.error().code, base::Errc::entity_not_found);
    }
  }
  EXPECT_TRUE(with_endpoint.find("berth.example.com"));
}

TEST(Target, FromTheFirstThatSaysSo) {
  Place place{.config = {{"profile p", {{"endpoint_url", "http://of-profile"}, {"region", "of-profile-1"}}}}};
  place.environment["AWS_PROFILE"] = "p";
  const auto endpoint = [&] { return place.find("localhost:5000").value().endpoint; };
  const auto region = [&] { return place.find("localhost:5000").value().region; };
  EXPECT_EQ(endpoint(), "http://of-profile");
  EXPECT_EQ(region(), "of-profile-1");
  place.config["services s"] = {{"ecr.endpoint_url", "http://of-services"}};
  place.config["profile p"]["services"] = "s";
  EXPECT_EQ(endpoint(), "http://of-services");
  place.environment["AWS_ENDPOINT_URL"] = "http://of-aws";
  place.environment["AWS_DEFAULT_REGION"] = "of-default-1";
  EXPECT_EQ(endpoint(), "http://of-aws");
  EXPECT_EQ(region(), "of-default-1");
  place.environment["AWS_ENDPOINT_URL_ECR"] = "http://of-ecr/";
  place.environment["AWS_REGION"] = "of-region-1";
  EXPECT_EQ(endpoint(), "http://of-ecr");
  EXPECT_EQ(region(), "of-region-1");
  EXPECT_EQ(place.find("localhost:5000")->sts_endpoint, "http://of-aws");
  place.environment["BERTH_ENDPOINT"] = "http://of-berth";
  EXPECT_EQ(endpoint(), "http://of-berth");
  place.own["default"] = {{"endpoint_url", "http://of-file"}, {"region", "of-file-1"}};
  EXPECT_EQ(endpoint(), "http://of-file");
  EXPECT_EQ(region(), "of-file-1");
  place.own["registry localhost:5000"] = {{"endpoint_url", "http://of-section"}, {"profile", "q"}};
  EXPECT_EQ(endpoint(), "http://of-section");
  EXPECT_EQ(place.find("localhost:5000")->profile, "q");
  EXPECT_TRUE(place.find("localhost:5000")->profile_was_asked_for);
  place.overrides = {.endpoint_url = "http://of-flag", .region = "of-flag-1"};
  EXPECT_EQ(endpoint(), "http://of-flag");
  EXPECT_EQ(region(), "of-flag-1");
  EXPECT_EQ(place.find(kEcr)->region, "eu-west-1") << "a token is good in its registry's region only";
}

TEST(Target, TheAnswerIsCheckedUnlessAPersonSaidWhichHost) {
  Place place{.environment = {{"AWS_ENDPOINT_URL_ECR", "https://berth.example.com"}}};
  EXPECT_TRUE(place.find(kEcr)->check_answer);
  EXPECT_FALSE(place.find("berth.example.com")->check_answer);
  place.own["registry " + std::string(kEcr)] = {};
  EXPECT_FALSE(place.find(kEcr)->check_answer);
  EXPECT_TRUE(same_registry(kEcr, "https://" + std::string(kEcr)));
  EXPECT_TRUE(same_registry(kEcr, "https://999999999999.dkr.ecr.eu-west-1.example.com"));
  EXPECT_FALSE(same_registry(kEcr, "https://123456789012.dkr.ecr.eu-west-1.evil.com"));
  EXPECT_FALSE(same_registry(kEcr, "https://123456789012.dkr.ecr.us-east-1.example.com"));
  EXPECT_FALSE(same_registry(kEcr, ""));
}

TEST(Target, RefusesEndpointsThatAreNone) {
  for (const std::string url :
       {"berth.example.com", "ftp://x", "https://", "https://x/?q", "https://user@x", "http:// x"}) {
    const auto target = Place{.overrides = {.endpoint_url = url}}.find(kEcr);
    ASSERT_FALSE(target) << url;
    EXPECT_EQ(target.error().code, base::Errc::invalid_parameter);
  }
  EXPECT_FALSE(Place{.overrides = {.region = "No Region"}}.find("localhost"));
}

}  // namespace
}  // namespace berth::cli
