#include "cli/chain.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace berth::cli {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kSessionName = "docker-credential-berth";
constexpr std::string_view kEcsAgent = "http://169.254.170.2";
constexpr std::size_t kMostProfiles = 8;  // that lead to each other

std::unexpected<base::Error> wrong(std::string_view profile, std::string_view what) {
  return fail(Errc::invalid_parameter, "the profile " + base::quote_json(profile) + " " + std::string(what));
}

std::optional<Origin> environment_keys(const Environment& environment) {
  const auto id = variable(environment, "AWS_ACCESS_KEY_ID");
  const auto secret = variable(environment, "AWS_SECRET_ACCESS_KEY");
  if (!id || !secret) return std::nullopt;
  auth::SigningIdentity identity{.access_key_id = *id, .secret = base::Secret(*secret)};
  if (const auto token = variable(environment, "AWS_SESSION_TOKEN")) identity.session_token = base::Secret(*token);
  return Origin{.base = std::move(identity)};
}

std::optional<Origin> environment_web_identity(const Environment& environment) {
  const auto file = variable(environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = variable(environment, "AWS_ROLE_ARN");
  if (!file || !role) return std::nullopt;
  return Origin{.base = WebIdentity{
                    .role_arn = *role,
                    .session_name = variable(environment, "AWS_ROLE_SESSION_NAME").value_or(std::string(kSessionName)),
                    .token_file = *file}};
}

// Plain HTTP only where nobody else listens: the machine itself, and the addresses that ECS and EKS have for it.
bool may_be_asked(std::string_view url) {
  if (url.starts_with("https://")) return true;
  if (!url.starts_with("http://")) return false;
  std::string_view host = url.substr(7);
  host = host.substr(0, host.find_first_of("/?"));
  if (const auto colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
    host = host.substr(0, colon);
  }
  const bool loopback = host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  constexpr std::string_view kHosts[] = {"localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  return loopback || std::ranges::find(kHosts, host) != std::end(kHosts);
}

Result<std::optional<Origin>> container(const Environment& environment) {
  const auto relative = variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) return std::nullopt;
  ContainerAgent agent{.url = relative ? std::string(kEcsAgent) + *relative : *full};
  if (relative && !relative->starts_with('/')) {
    return fail(Errc::invalid_parameter, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with /");
  }
  if (!may_be_asked(agent.url)) {
    return fail(Errc::invalid_parameter,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http on this machine or an agent's address");
  }
  agent.authorization_file = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or("");
  if (agent.authorization_file.empty()) {
    agent.authorization = base::Secret(variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
  }
  return Origin{.base = std::move(agent)};
}

RoleStep role_step(const Profiles& profiles, std::string_view profile, std::string role_arn) {
  return {.role_arn = std::move(role_arn),
          .session_name = profiles.get(profile, "role_session_name").value_or(std::string(kSessionName)),
          .external_id = profiles.get(profile, "external_id").value_or(""),
          .duration_seconds = profiles.get(profile, "duration_seconds").value_or("")};
}

Result<Origin> credential_source(const Environment& environment, std::string_view profile, std::string_view source) {
  if (source == "Environment") {
    if (auto found = environment_keys(environment)) return *std::move(found);
    return wrong(profile, "has credential_source = Environment, but AWS_ACCESS_KEY_ID is not set");
  }
  if (source == "EcsContainer") {
    BERTH_TRY(auto found, container(environment));
    if (found) return *std::move(found);
    return wrong(profile, "has credential_source = EcsContainer, but no AWS_CONTAINER_CREDENTIALS_ variable is set");
  }
  return wrong(profile, "has a credential_source that is not supported: Environment and EcsContainer are");
}

// nullopt: the profile says nothing of credentials.
Result<std::optional<Origin>> of_profile(const Environment& environment, const Profiles& profiles,
                                         const std::string& profile, std::vector<std::string>& seen) {
  if (seen.size() >= kMostProfiles) return wrong(profile, "is at the end of too long a chain of source_profile");
  seen.push_back(profile);
  const auto get = [&](std::string_view key) { return profiles.get(profile, key); };
  const auto role = get("role_arn");
  if (role && get("web_identity_token_file")) {
    return Origin{.base = WebIdentity{.role_arn = *role,
                                      .session_name = get("role_session_name").value_or(std::string(kSessionName)),
                                      .token_file = *get("web_identity_token_file")}};
  }
  if (const auto source = get("source_profile"); role && source) {
    if (!profiles.has(*source)) return wrong(*source, "is not there, but another names it as source_profile");
    std::optional<Origin> found;
    if (std::ranges::find(seen, *source) == seen.end()) {
      BERTH_TRY(found, of_profile(environment, profiles, *source, seen));
    } else if (*source != profile) {
      return wrong(*source, "has itself as source_profile, through others");
    } else if (const auto keys = profiles.keys(profile)) {  // a profile may assume its role with its own keys
      found = Origin{.base = auth::SigningIdentity{.access_key_id = keys->id, .secret = base::Secret(keys->secret)}};
    }
    if (!found) return wrong(*source, "has no credentials, but another names it as source_profile");
    found->roles.push_back(role_step(profiles, profile, *role));
    return found;
  }
  if (const auto source = get("credential_source"); role && source) {
    BERTH_TRY(auto found, credential_source(environment, profile, *source));
    found.roles.push_back(role_step(profiles, profile, *role));
    return found;
  }
  if (const auto keys = profiles.keys(profile)) {
    auth::SigningIdentity identity{.access_key_id = keys->id, .secret = base::Secret(keys->secret)};
    if (keys->token) identity.session_token = base::Secret(*keys->token);
    return Origin{.base = std::move(identity)};
  }
  if (role) return wrong(profile, "has role_arn, but neither source_profile, credential_source nor a token file");
  for (const std::string_view key : {"credential_process", "sso_session", "sso_start_url"}) {
    if (get(key)) return wrong(profile, "gets its credentials by " + std::string(key) + ", which is not supported");
  }
  return std::nullopt;
}

struct NameOf {
  std::string operator()(const auth::SigningIdentity& keys) const { return "key " + keys.access_key_id; }
  std::string operator()(const WebIdentity& web) const {
    return web.token_file.empty() ? "" : "web " + web.role_arn + ' ' + web.session_name + ' ' + web.token_file;
  }
  std::string operator()(const ContainerAgent& agent) const {
    return "agent " + agent.url + ' ' + agent.authorization_file + ' ' +
           crypto::sha256_hex(base::as_bytes(agent.authorization.reveal()));
  }
};

}  // namespace

std::string Origin::name() const {
  std::string out = std::visit(NameOf{}, base);
  if (out.empty()) return out;
  for (const auto& role : roles) {
    out.append("\nrole ")
        .append(role.role_arn)
        .append(" ")
        .append(role.session_name)
        .append(" ")
        .append(role.external_id);
  }
  return out;
}

Result<Origin> find_origin(const Environment& environment, const Profiles& profiles, std::string_view profile,
                           bool profile_was_asked_for) {
  if (!profile_was_asked_for) {
    if (auto found = environment_keys(environment)) return *std::move(found);
    if (auto found = environment_web_identity(environment)) return *std::move(found);
  }
  const std::string name(profile);
  if (!profiles.has(name) && (profile_was_asked_for || name != "default")) return wrong(name, "is not there");
  std::vector<std::string> seen;
  BERTH_TRY(auto found, of_profile(environment, profiles, name, seen));
  if (!found) {
    BERTH_TRY(found, container(environment));
  }
  if (found) return *std::move(found);
  return fail(Errc::missing_authentication, "no AWS credentials: neither in the environment, nor in the profile " +
                                                base::quote_json(name) + ", nor from a container's agent");
}

}  // namespace berth::cli
