#include "cli/chain.h"

#include <gtest/gtest.h>

#include "cli/cli_test_support.h"

namespace berth::cli {
namespace {

using base::Errc;

Profiles profiles(std::string_view config, std::string_view credentials = "") {
  return {parse_ini(config, "config").value(), parse_ini(credentials, "credentials").value()};
}

const auth::SigningIdentity* keys(const Origin& origin) { return std::get_if<auth::SigningIdentity>(&origin.base); }
const WebIdentity* web(const Origin& origin) { return std::get_if<WebIdentity>(&origin.base); }
const ContainerAgent* agent(const Origin& origin) { return std::get_if<ContainerAgent>(&origin.base); }

const Environment kKeys = {
    {"AWS_ACCESS_KEY_ID", "AKIA1"}, {"AWS_SECRET_ACCESS_KEY", "s1"}, {"AWS_SESSION_TOKEN", "t1"}};
const Environment kWeb = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}, {"AWS_ROLE_ARN", "arn:r"}};

TEST(Chain, TheEnvironmentGoesFirst) {
  Environment environment = kWeb;
  environment.insert(kKeys.begin(), kKeys.end());
  const auto of = profiles("", "[default]\naws_access_key_id = AKIA2\naws_secret_access_key = s2\n");
  const auto first = find_origin(environment, of, "default", false).value();
  ASSERT_TRUE(keys(first));
  EXPECT_EQ(keys(first)->access_key_id, "AKIA1");
  EXPECT_EQ(keys(first)->session_token->reveal(), "t1");
  const auto second = find_origin(kWeb, of, "default", false).value();
  ASSERT_TRUE(web(second));
  EXPECT_EQ(web(second)->role_arn, "arn:r");
  EXPECT_EQ(web(second)->session_name, "docker-credential-berth");
  const auto asked_for = find_origin(environment, of, "default", true).value();
  ASSERT_TRUE(keys(asked_for));
  EXPECT_EQ(keys(asked_for)->access_key_id, "AKIA2");
  EXPECT_EQ(keys(asked_for)->secret.reveal(), "s2");
}

TEST(Chain, RolesOfProfiles) {
  const auto of = profiles(
      "[profile ci]\nrole_arn = arn:ci\nsource_profile = middle\nexternal_id = x7\nrole_session_name = build\n"
      "[profile middle]\nrole_arn=arn:middle\nsource_profile=base  # both\n"
      "[profile self]\nrole_arn = arn:self\nsource_profile = self\naws_access_key_id = AKIA4\naws_secret_access_key = "
      "s\n"
      "[profile env]\nrole_arn = arn:env\ncredential_source = Environment\n"
      "[profile web]\nrole_arn = arn:web\nweb_identity_token_file = /t\n",
      "[base]\naws_access_key_id = AKIA3\naws_secret_access_key = s3\n");
  const auto ci = find_origin({}, of, "ci", true).value();
  ASSERT_TRUE(keys(ci));
  EXPECT_EQ(keys(ci)->access_key_id, "AKIA3");
  ASSERT_EQ(ci.roles.size(), 2U);
  EXPECT_EQ(ci.roles[0].role_arn, "arn:middle");
  EXPECT_EQ(ci.roles[1].role_arn, "arn:ci");
  EXPECT_EQ(ci.roles[1].external_id, "x7");
  EXPECT_EQ(ci.roles[1].session_name, "build");
  EXPECT_EQ(find_origin({}, of, "self", true).value().roles.size(), 1U);
  EXPECT_EQ(keys(find_origin(kKeys, of, "env", true).value())->access_key_id, "AKIA1");
  EXPECT_EQ(web(find_origin({}, of, "web", true).value())->token_file, "/t");
}

TEST(Chain, ContainersComeLast) {
  const auto none = profiles("");
  const auto relative =
      find_origin({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}}, none, "default", false).value();
  EXPECT_EQ(agent(relative)->url, "http://169.254.170.2/v2/x");
  const auto full = find_origin({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
                                 {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "never"},
                                 {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"}},
                                none, "default", false)
                        .value();
  EXPECT_EQ(agent(full)->authorization_file, "/token");
  EXPECT_TRUE(agent(full)->authorization.empty());
  for (const std::string url :
       {"http://example.com/x", "http://127.0.0.1.evil.com/", "ftp://127.0.0.1/", "127.0.0.1"}) {
    const auto refused = find_origin({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}, none, "default", false);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, Errc::invalid_parameter);
  }
  for (const std::string url :
       {"https://example.com/x", "http://127.0.0.1:80/x", "http://[::1]:80/x", "http://localhost/x"}) {
    EXPECT_TRUE(find_origin({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}, none, "default", false)) << url;
  }
}

TEST(Chain, SaysWhatIsMissing) {
  const auto of = profiles(
      "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n"
      "[profile c]\nrole_arn = r\nsource_profile = nobody\n[profile d]\nrole_arn = r\n"
      "[profile e]\ncredential_process = /bin/true\n[profile f]\nregion = us-east-1\n");
  const std::pair<std::string, std::string> cases[] = {{"a", "itself"},
                                                       {"c", "\"nobody\" is not there"},
                                                       {"d", "neither source_profile"},
                                                       {"e", "credential_process"},
                                                       {"g", "is not there"}};
  for (const auto& [profile, words] : cases) {
    const auto refused = find_origin({}, of, profile, true);
    ASSERT_FALSE(refused) << profile;
    EXPECT_EQ(refused.error().code, Errc::invalid_parameter);
    EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message;
  }
  EXPECT_EQ(find_origin({}, of, "f", true).error().code, Errc::missing_authentication);
  EXPECT_EQ(find_origin({}, profiles(""), "default", false).error().code, Errc::missing_authentication);
}

TEST(Chain, NamesHaveNoSecrets) {
  const auto name = find_origin(kKeys, profiles(""), "default", false).value().name();
  EXPECT_NE(name.find("AKIA1"), std::string::npos);
  EXPECT_EQ(name.find("s1"), std::string::npos);
  EXPECT_EQ(name.find("t1"), std::string::npos);
  Origin by_token{.base =
                      WebIdentity{.role_arn = "r", .session_name = "s", .token_file = {}, .token = base::Secret("x")}};
  EXPECT_EQ(by_token.name(), "");
}

TEST(Ini, WhatTheSdksRead) {
  const auto ini = parse_ini(
                       "# comment\n[default]\r\nRegion = us-east-1 ; more\r\n\n[ profile   two ]\nkey=a=b#c\nempty =\n"
                       "[services s]\necr =\n  endpoint_url = http://x\nsts =\n\tendpoint_url = http://y\n",
                       "f")
                       .value();
  EXPECT_EQ(ini.at("default").at("region"), "us-east-1");
  EXPECT_EQ(ini.at("profile two").at("key"), "a=b#c");
  EXPECT_EQ(ini.at("profile two").at("empty"), "");
  EXPECT_EQ(ini.at("services s").at("ecr.endpoint_url"), "http://x");
  EXPECT_EQ(ini.at("services s").at("sts.endpoint_url"), "http://y");
  const std::pair<std::string, std::string> wrong[] = {{"x = secret\n", "f:1: stands before"},
                                                       {"[a]\n\nsecret\n", "f:3: is neither"},
                                                       {"[a\n", "f:1: a section's name"},
                                                       {"[a]\n= secret\n", "f:2: lacks a key"}};
  for (const auto& [text, message] : wrong) {
    const auto refused = parse_ini(text, "f");
    ASSERT_FALSE(refused) << text;
    EXPECT_TRUE(refused.error().message.starts_with(message)) << refused.error().message;
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace berth::cli
