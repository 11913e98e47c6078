#include "cli/kubelet_provider.h"

#include <chrono>
#include <map>

#include "base/text.h"
#include "json/fields.h"

namespace berth::cli {
namespace {

constexpr std::string_view kApi = "credentialprovider.kubelet.k8s.io/v1";
constexpr std::string_view kSessionName = "kubelet-credential-provider-berth";

struct Request {
  std::string api_version, kind, image;
  std::string token;
  std::map<std::string, std::string> annotations;

  template <class F>
  void fields(F& f) {
    f.req("apiVersion", api_version);
    f.req("kind", kind);
    f.req("image", image);
    f.opt("serviceAccountToken", token);
    f.opt("serviceAccountAnnotations", annotations);
  }
};

struct Entry {
  std::string username, password;

  template <class F>
  void fields(F& f) {
    f.req("username", username);
    f.req("password", password);
  }
};

struct Response {
  std::string api_version{kApi};
  std::string kind = "CredentialProviderResponse";
  std::string cache_key_type = "Registry";
  std::string cache_duration;
  std::map<std::string, Entry> auth;

  template <class F>
  void fields(F& f) {
    f.req("apiVersion", api_version);
    f.req("kind", kind);
    f.req("cacheKeyType", cache_key_type);
    f.req("cacheDuration", cache_duration);
    f.req("auth", auth);
  }
};

Spoken refuse(std::string note) { return {.status = 1, .out = {}, .note = std::move(note)}; }

// nullopt: as the machine.
std::optional<WebIdentity> workload(const Request& request, const Environment& environment) {
  if (request.token.empty()) return std::nullopt;
  const auto annotated = request.annotations.find(std::string(kRoleAnnotation));
  auto role = annotated == request.annotations.end() ? variable(environment, "AWS_ECR_ROLE_ARN")
                                                     : std::optional(annotated->second);
  if (!role) return std::nullopt;
  return WebIdentity{.role_arn = *std::move(role),
                     .session_name = std::string(kSessionName),
                     .token_file = {},
                     .token = base::Secret(request.token)};
}

}  // namespace

Spoken kubelet_provider(std::string_view text, const Broker& broker, const Environment& environment,
                        const base::Clock& clock) {
  const auto request = json::decode<Request>(text);
  if (!request) return refuse("no CredentialProviderRequest on standard input: " + request.error().message);
  if (request->api_version != kApi || request->kind != "CredentialProviderRequest") {
    return refuse("a CredentialProviderRequest of " + std::string(kApi) + " is understood, not " +
                  base::quote_json(request->kind) + " of " + base::quote_json(request->api_version));
  }
  const auto as = workload(*request, environment);
  const auto login = broker.login(request->image, as ? &*as : nullptr);
  if (!login) return refuse(login.error().message);
  const auto left = std::chrono::floor<std::chrono::seconds>(login->renew - clock.now());
  Response response;
  response.cache_duration = std::to_string(std::max<std::int64_t>(left.count(), 0)) + "s";
  response.auth.emplace(login->host, Entry{.username = login->username, .password = login->password.reveal()});
  return {.status = 0, .out = json::encode(response) + "\n", .note = {}};
}

}  // namespace berth::cli
