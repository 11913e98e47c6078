// A Caller as JSON: what is sealed into session tokens and registry tokens. It never leaves Berth in the clear. For
// this room alone.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/caller.h"
#include "json/fields.h"

namespace berth::auth {

// By these names kinds live in tokens for hours, so they stay.
constexpr auto enum_names(CallerKind) {
  return std::to_array<std::pair<std::string_view, CallerKind>>({{"root", CallerKind::root},
                                                                 {"user", CallerKind::user},
                                                                 {"role", CallerKind::role},
                                                                 {"federated", CallerKind::federated},
                                                                 {"service", CallerKind::service},
                                                                 {"anonymous", CallerKind::anonymous},
                                                                 {"web_identity", CallerKind::web_identity}});
}

struct SealedSession {
  std::int64_t issued = 0, expires = 0;  // microseconds
  std::vector<std::string> policies, policy_arns, transitive_tags;
  std::map<std::string, std::string> tags;
  std::string provider, source_identity;
  bool mfa = false;

  template <class F>
  void fields(F& f) {
    f.req("issued", issued);
    f.req("expires", expires);
    f.req("policies", policies);
    f.req("policyArns", policy_arns);
    f.req("tags", tags);
    f.req("transitiveTags", transitive_tags);
    f.req("provider", provider);
    f.req("sourceIdentity", source_identity);
    f.req("mfa", mfa);
  }
};

struct SealedCaller {
  // How much JSON one caller may be: fifty tags, ten policies and what else there is.
  static constexpr json::Limits kLimits{.depth = 5, .elements = 512};

  CallerKind kind = CallerKind::user;
  std::string account, arn, user_id, access_key_id, entity_id, role_arn;
  std::optional<SealedSession> session;

  template <class F>
  void fields(F& f) {
    f.req("kind", kind);
    f.req("account", account);
    f.req("arn", arn);
    f.req("userId", user_id);
    f.req("accessKeyId", access_key_id);
    f.req("entityId", entity_id);
    f.req("roleArn", role_arn);
    f.opt("session", session);
  }

  static SealedCaller of(const Caller& caller);
  std::optional<Caller> open() &&;  // nothing: not a caller
};

}  // namespace berth::auth
