#include "cli/credentials.h"

#include "cli/files.h"
#include "json/parse.h"

namespace berth::cli {
namespace {

using base::Errc;
using base::fail;
using base::Result;

Destination sts_of(const Target& target) {
  return {.url = target.sts_endpoint, .region = target.region, .ca_bundle = target.ca_bundle};
}

Result<auth::SigningIdentity> session_in(const std::string& xml, std::string_view operation) {
  auth::SigningIdentity out{.access_key_id = xml_text(xml, "AccessKeyId"),
                            .secret = base::Secret(xml_text(xml, "SecretAccessKey")),
                            .session_token = base::Secret(xml_text(xml, "SessionToken"))};
  if (out.access_key_id.empty() || out.secret.empty() || out.session_token->empty()) {
    return fail(Errc::unavailable, "the answer of " + std::string(operation) + " holds no credentials");
  }
  return out;
}

Result<auth::SigningIdentity> assume(const RoleStep& role, const auth::SigningIdentity& as, const Target& target,
                                     const AwsCalls& calls) {
  Parameters parameters = {
      {"Action", "AssumeRole"}, {"RoleArn", role.role_arn}, {"RoleSessionName", role.session_name}};
  if (!role.external_id.empty()) parameters.emplace_back("ExternalId", role.external_id);
  if (!role.duration_seconds.empty()) parameters.emplace_back("DurationSeconds", role.duration_seconds);
  BERTH_TRY(const auto xml, calls.sts(sts_of(target), &as, parameters));
  return session_in(xml, "AssumeRole");
}

struct Getter {
  const Target& target;
  const AwsCalls& calls;

  Result<auth::SigningIdentity> operator()(const auth::SigningIdentity& keys) const { return keys; }

  Result<auth::SigningIdentity> operator()(const WebIdentity& web) const {
    std::string token = web.token.reveal();
    if (!web.token_file.empty()) {
      BERTH_TRY(token, read_token_file(web.token_file));
    }
    BERTH_TRY(const auto xml, calls.sts(sts_of(target), nullptr,
                                        {{"Action", "AssumeRoleWithWebIdentity"},
                                         {"RoleArn", web.role_arn},
                                         {"RoleSessionName", web.session_name},
                                         {"WebIdentityToken", token}}));
    return session_in(xml, "AssumeRoleWithWebIdentity");
  }

  Result<auth::SigningIdentity> operator()(const ContainerAgent& agent) const {
    std::string authorization = agent.authorization.reveal();
    if (!agent.authorization_file.empty()) {
      BERTH_TRY(authorization, read_token_file(agent.authorization_file));
    }
    Parameters headers = {{"Accept", "application/json"}};
    if (authorization.find_first_of("\r\n") != std::string::npos) {
      return fail(Errc::invalid_parameter, "the container's authorization token has more than one line");
    }
    if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
    BERTH_TRY(const auto body, calls.get(agent.url, headers, "the container's agent"));
    const auto value = json::parse(body);
    const auto text = [&](const char* name) {
      const auto* found = value ? value->find_string(name) : nullptr;
      return found ? *found : std::string();
    };
    auth::SigningIdentity out{.access_key_id = text("AccessKeyId"), .secret = base::Secret(text("SecretAccessKey"))};
    if (!text("Token").empty()) out.session_token = base::Secret(text("Token"));
    if (out.access_key_id.empty() || out.secret.empty()) {
      return fail(Errc::unavailable, "the answer of the container's agent holds no credentials");
    }
    return out;
  }
};

}  // namespace

Result<auth::SigningIdentity> get_credentials(const Origin& origin, const Target& target, const AwsCalls& calls) {
  BERTH_TRY(auto identity, std::visit(Getter{target, calls}, origin.base));
  for (const RoleStep& role : origin.roles) {
    BERTH_TRY(identity, assume(role, identity, target, calls));
  }
  return identity;
}

}  // namespace berth::cli
