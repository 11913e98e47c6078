// Both protocols from text to text, with a server that is only pretended.
#include "cli/credential_helper.h"

#include <sys/stat.h>

#include "base/bytes.h"
#include "cli/cli_test_support.h"
#include "json/parse.h"

namespace berth::cli {
namespace {

constexpr std::string_view kNotFound = "credentials not found in native keychain\n";

std::string base64(std::string_view text) { return base::to_base64(base::as_bytes(text)); }

fetch::Response token(const base::Clock& clock, std::string_view password = "p4ss",
                      std::string_view proxy = "http://localhost:5000") {
  const auto expires = base::to_micros(clock.now()) / 1'000'000 + 12 * 3600;
  return {.status = 200,
          .body = R"({"authorizationData":[{"authorizationToken":")" + base64("AWS:" + std::string(password)) +
                  R"(","expiresAt":)" + std::to_string(expires) + R"(.5,"proxyEndpoint":")" + std::string(proxy) +
                  R"("}]})"};
}

fetch::Response session(std::string_view id) {
  return {.status = 200,
          .body = "<R><Credentials><AccessKeyId>" + std::string(id) +
                  "</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey><SessionToken>tok+/=</SessionToken>"
                  "</Credentials></R>"};
}

class Helper : public testing::Test {
 protected:
  Helper() : home(test_folder()), http([this](const fetch::Request& request) { return answer(request); }) {
    environment = {{"HOME", home}, {"AWS_ACCESS_KEY_ID", "AKIA1"}, {"AWS_SECRET_ACCESS_KEY", "s3cret"}};
  }

  Spoken run(std::vector<std::string> arguments, std::string_view input) {
    return credential_helper(parse_helper_arguments(arguments).value(), input, environment, http, clock);
  }
  Spoken get(std::string_view server) { return run({"docker", "get"}, server); }

  std::string home;
  base::ManualClock clock;
  Environment environment;
  FakeHttp::Answer answer = [this](const fetch::Request&) { return token(clock); };
  FakeHttp http;
};

TEST_F(Helper, Get) {
  const auto spoken = get("localhost:5000\n");
  EXPECT_EQ(spoken.status, 0) << spoken.out << spoken.note;
  EXPECT_EQ(spoken.out, R"({"ServerURL":"localhost:5000","Username":"AWS","Secret":"p4ss"})"
                        "\n");
  ASSERT_EQ(http.asked.size(), 1U);
  EXPECT_EQ(http.asked[0].url, "http://localhost:5000/");
  EXPECT_EQ(header(http.asked[0], "X-Amz-Target"), "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken");
  EXPECT_TRUE(header(http.asked[0], "Authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIA1/2023"));
}

TEST_F(Helper, TokensAreKeptForHalfOfTheirLife) {
  get("localhost:5000");
  clock.advance(std::chrono::hours(6));
  get("http://localhost:5000/v2/");
  EXPECT_EQ(http.asked.size(), 1U);
  clock.advance(std::chrono::seconds(2));
  get("localhost:5000");
  EXPECT_EQ(http.asked.size(), 2U);
  environment["AWS_ACCESS_KEY_ID"] = "AKIA2";
  get("localhost:5000");
  EXPECT_EQ(http.asked.size(), 3U) << "another principal's";
  get("localhost:5001");
  EXPECT_EQ(http.asked.size(), 4U) << "another registry's";
  EXPECT_EQ(run({"docker", "list"}, "").out, R"({"localhost:5000":"AWS","localhost:5001":"AWS"})"
                                             "\n");
  EXPECT_EQ(run({"docker", "erase"}, "localhost:5001").status, 0);
  EXPECT_EQ(run({"docker", "list"}, "").out, R"({"localhost:5000":"AWS"})"
                                             "\n");
  get("localhost:5000");
  run({"docker", "get", "--no-cache"}, "localhost:5000");
  EXPECT_EQ(http.asked.size(), 5U);
}

TEST_F(Helper, TokensAreTheirOwnersOnly) {
  get("localhost:5000");
  const std::filesystem::path tokens(home + "/.berth/tokens");
  struct stat status{};
  ASSERT_EQ(::stat(tokens.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  const auto file = std::filesystem::directory_iterator(tokens)->path();
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ::chmod(file.c_str(), 0640);
  get("localhost:5000");
  EXPECT_EQ(http.asked.size(), 2U) << "what others can read is not taken";
  ::chmod(tokens.c_str(), 0755);
  std::filesystem::remove(file);
  get("localhost:5000");
  EXPECT_TRUE(std::filesystem::is_empty(tokens)) << "nothing is kept where others can look";
}

TEST_F(Helper, DockersWords) {
  for (const std::string_view server : {"https://index.docker.io/v1/", "quay.io"}) {
    const auto spoken = get(server);
    EXPECT_EQ(spoken.status, 1);
    EXPECT_EQ(spoken.out, kNotFound);
  }
  EXPECT_EQ(get("").out, "no credentials server URL\n");
  environment.erase("AWS_ACCESS_KEY_ID");
  EXPECT_EQ(get("localhost:5000").out, kNotFound);
  EXPECT_TRUE(http.asked.empty()) << "nobody was asked";
  EXPECT_EQ(run({"docker", "store"}, R"({"ServerURL":"localhost:5000","Username":"AWS","Secret":"x"})").status, 1);
  EXPECT_EQ(run({"docker", "dance"}, "").status, 1);
}

TEST_F(Helper, TheServersOwnWords) {
  answer = [](const fetch::Request&) {
    return fetch::Response{.status = 400,
                           .body = R"({"__type":"AccessDeniedException","message":"User: x is not authorized"})"};
  };
  const auto denied = get("localhost:5000");
  EXPECT_EQ(denied.status, 1);
  EXPECT_EQ(denied.out,
            "GetAuthorizationToken at http://localhost:5000/ answers 400 AccessDeniedException: User: x is not "
            "authorized\n");
  const std::string replies[] = {"",
                                 "[]",
                                 "{}",
                                 R"({"authorizationData":[]})",
                                 R"({"authorizationData":[{"authorizationToken":"%","expiresAt":1}]})",
                                 R"({"authorizationData":[{"authorizationToken":"QVdT","expiresAt":1}]})",
                                 R"({"authorizationData":[{"authorizationToken":"QVdTOng=","expiresAt":1e300}]})"};
  for (const auto& body : replies) {
    answer = [&](const fetch::Request&) { return fetch::Response{.status = 200, .body = body}; };
    EXPECT_EQ(get("localhost:5000").status, 1) << body;
  }
}

TEST_F(Helper, NoTokenForAHostThatIsNotTheServers) {
  environment["AWS_ENDPOINT_URL_ECR"] = "https://berth.example.com";
  const std::string host = "123456789012.dkr.ecr.us-east-1.example.com";
  answer = [&](const fetch::Request&) { return token(clock, "p4ss", "https://" + host); };
  EXPECT_EQ(get(host).status, 0);
  const auto evil = get("123456789012.dkr.ecr.us-east-1.evil.com");
  EXPECT_EQ(evil.status, 1);
  EXPECT_EQ(evil.out.find("p4ss"), std::string::npos);
  EXPECT_NE(evil.out.find("is not the registry of https://berth.example.com"), std::string::npos) << evil.out;
}

TEST_F(Helper, AWebIdentityAndThenARole) {
  const std::string file = write_file(home + "/token", "eyJ0\n");
  environment = {
      {"HOME", home},
      {"AWS_CONFIG_FILE",
       write_file(home + "/config",
                  "[profile web]\nrole_arn = arn:aws:iam::123456789012:role/ci\nweb_identity_token_file = " + file +
                      "\n"
                      "[profile deploy]\nrole_arn = arn:aws:iam::210987654321:role/x\nsource_profile = "
                      "web\nexternal_id = a b\n")}};
  answer = [this](const fetch::Request& request) {
    if (request.body.find("AssumeRoleWithWebIdentity") != std::string::npos) return session("ASIA1");
    if (request.body.find("Action=AssumeRole&") != std::string::npos) return session("ASIA2");
    return token(clock);
  };
  const auto spoken = run({"docker", "get", "--profile=deploy"}, "localhost:5000");
  ASSERT_EQ(spoken.status, 0) << spoken.out << spoken.note;
  ASSERT_EQ(http.asked.size(), 3U);
  EXPECT_EQ(http.asked[0].body,
            "Version=2011-06-15&Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fci"
            "&RoleSessionName=docker-credential-berth&WebIdentityToken=eyJ0");
  EXPECT_EQ(header(http.asked[0], "Authorization"), "");
  EXPECT_NE(http.asked[1].body.find("&ExternalId=a%20b"), std::string::npos);
  EXPECT_NE(header(http.asked[1], "Authorization").find("ASIA1/"), std::string::npos);
  EXPECT_NE(header(http.asked[1], "Authorization").find("/us-east-1/sts/"), std::string::npos);
  EXPECT_EQ(header(http.asked[1], "X-Amz-Security-Token"), "tok+/=");
  EXPECT_NE(header(http.asked[2], "Authorization").find("ASIA2/"), std::string::npos);
  run({"docker", "get", "--profile", "deploy"}, "localhost:5000");
  EXPECT_EQ(http.asked.size(), 3U) << "the token is kept, whatever the session's key";
}

TEST_F(Helper, AContainersAgent) {
  environment = {{"HOME", home},
                 {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:99/creds"},
                 {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", write_file(home + "/auth", "Bearer 7\n")}};
  answer = [this](const fetch::Request& request) {
    if (request.method == "POST") return token(clock);
    return fetch::Response{.status = 200, .body = R"({"AccessKeyId":"ASIA9","SecretAccessKey":"s","Token":"t"})"};
  };
  ASSERT_EQ(get("localhost:5000").status, 0);
  EXPECT_EQ(http.asked[0].url, "http://127.0.0.1:99/creds");
  EXPECT_EQ(header(http.asked[0], "Authorization"), "Bearer 7");
  EXPECT_EQ(header(http.asked[1], "X-Amz-Security-Token"), "t");
  write_file(home + "/auth", "a\r\nX-Evil: 1");
  environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:99/other";
  EXPECT_EQ(get("localhost:5000").status, 1);
}

std::string request_for(std::string_view image, std::string_view more = "") {
  return R"({"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderRequest","image":")" +
         std::string(image) + "\"" + std::string(more) + "}";
}

TEST_F(Helper, Kubelet) {
  const auto spoken = run({"kubelet"}, request_for("localhost:5000/team/app:1"));
  ASSERT_EQ(spoken.status, 0) << spoken.note;
  EXPECT_EQ(spoken.out, R"({"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderResponse",)"
                        R"("cacheKeyType":"Registry","cacheDuration":"21600s",)"
                        R"("auth":{"localhost:5000":{"username":"AWS","password":"p4ss"}}})"
                        "\n");
  clock.advance(std::chrono::hours(5));
  EXPECT_NE(run({"kubelet"}, request_for("localhost:5000/x")).out.find("\"3600s\""), std::string::npos);
}

TEST_F(Helper, KubeletAsThePod) {
  answer = [this](const fetch::Request& request) {
    return request.body.find("AssumeRoleWithWebIdentity") != std::string::npos ? session("ASIA5") : token(clock);
  };
  const std::string pod =
      R"(,"serviceAccountToken":"jwt","serviceAccountAnnotations":{"eks.amazonaws.com/ecr-role-arn":"arn:pod"})";
  ASSERT_EQ(run({"kubelet"}, request_for("localhost:5000/x", pod)).status, 0);
  EXPECT_NE(http.asked[0].body.find("RoleArn=arn%3Apod&"), std::string::npos);
  EXPECT_NE(http.asked[0].body.find("WebIdentityToken=jwt"), std::string::npos);
  EXPECT_NE(header(http.asked[1], "Authorization").find("ASIA5/"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(home + "/.berth/tokens")) << "the kubelet keeps a pod's tokens";
  run({"kubelet"}, request_for("localhost:5000/x", R"(,"serviceAccountToken":"jwt")"));
  EXPECT_NE(header(http.asked[2], "Authorization").find("AKIA1/"), std::string::npos) << "no role: as the machine";
}

TEST_F(Helper, KubeletIsToldWhatIsWrong) {
  std::string old = request_for("localhost:5000/x");
  old.replace(old.find("/v1"), 3, "/v1beta1");
  for (const auto& text : std::vector<std::string>{"", "{}", "[1]", request_for("quay.io/x"), old}) {
    const auto spoken = run({"kubelet"}, text);
    EXPECT_EQ(spoken.status, 1) << text;
    EXPECT_EQ(spoken.out, "");
    EXPECT_NE(spoken.note, "");
  }
}

TEST_F(Helper, SecretsAreInNoMessage) {
  answer = [](const fetch::Request&) -> base::Result<fetch::Response> {
    return base::fail(base::Errc::unavailable, "no route");
  };
  const auto spoken = get("localhost:5000");
  EXPECT_EQ(spoken.out.find("s3cret"), std::string::npos);
  EXPECT_EQ(spoken.note.find("s3cret"), std::string::npos);
}

TEST(HelperArguments, Understood) {
  const std::vector<std::string> good = {"docker", "get", "--region", "eu-west-1", "--config=/x", "--no-cache"};
  const auto parsed = parse_helper_arguments(good).value();
  EXPECT_EQ(parsed.action, "get");
  EXPECT_EQ(parsed.overrides.region, "eu-west-1");
  EXPECT_EQ(parsed.own_file, "/x");
  EXPECT_FALSE(parsed.cache);
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"docker"},
                                                       {"kubelet", "get"},
                                                       {"podman", "get"},
                                                       {"docker", "get", "list"},
                                                       {"docker", "get", "--region"},
                                                       {"docker", "get", "--frobnicate"}};
  for (const auto& arguments : wrong)
    EXPECT_FALSE(parse_helper_arguments(arguments)) << testing::PrintToString(arguments);
}

}  // namespace
}  // namespace berth::cli
