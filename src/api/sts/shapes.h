// Requests and answers of STS, as its model (2011-06-15) has them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/fields.h"

namespace berth::api::sts {

constexpr bool only(std::string_view text, std::string_view extra) {
  return std::ranges::all_of(text, [extra](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           extra.find(c) != std::string_view::npos;
  });
}
inline bool is_name(std::string_view text) { return only(text, "+=,.@-"); }
inline bool is_external_id(std::string_view text) { return only(text, "+=,.@:/-"); }
inline bool is_serial(std::string_view text) { return only(text, "+=/:,.@-"); }
inline bool is_word(std::string_view text) { return only(text, ""); }
inline bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

inline constexpr auto kName = json::pattern(R"([\w+=,.@-]*)", &is_name);
inline constexpr auto kArn = json::length(20, 2048);
inline constexpr auto kRoleSeconds = json::range(900, 43200);
inline constexpr auto kUserSeconds = json::range(900, 129600);

struct PolicyDescriptor {
  std::optional<std::string> arn;

  template <class F>
  void fields(F& f) {
    f.opt("arn", arn, kArn);
  }
};

struct Tag {
  std::string key, value;

  template <class F>
  void fields(F& f) {
    f.req("Key", key, json::length(1, 128));
    f.req("Value", value, json::length(0, 256));
  }
};

struct ProvidedContext {
  std::optional<std::string> provider_arn, assertion;

  template <class F>
  void fields(F& f) {
    f.opt("ProviderArn", provider_arn, kArn);
    f.opt("ContextAssertion", assertion, json::length(4, 2048));
  }
};

struct AssumeRoleRequest {
  std::string role_arn, session_name;
  std::vector<PolicyDescriptor> policy_arns;
  std::optional<std::string> policy;
  std::optional<std::int64_t> seconds;
  std::vector<Tag> tags;
  std::vector<std::string> transitive_tags;
  std::optional<std::string> external_id, serial_number, token_code, source_identity;
  std::vector<ProvidedContext> contexts;

  template <class F>
  void fields(F& f) {
    f.req("RoleArn", role_arn, kArn);
    f.req("RoleSessionName", session_name, json::length(2, 64), kName);
    f.opt("PolicyArns", policy_arns);
    f.opt("Policy", policy, json::length(1));
    f.opt("DurationSeconds", seconds, kRoleSeconds);
    f.opt("Tags", tags, json::items(0, 50));
    f.opt("TransitiveTagKeys", transitive_tags, json::items(0, 50), json::length(1, 128));
    f.opt("ExternalId", external_id, json::length(2, 1224), json::pattern(R"([\w+=,.@:\/-]*)", &is_external_id));
    f.opt("SerialNumber", serial_number, json::length(9, 256), json::pattern(R"([\w+=/:,.@-]*)", &is_serial));
    f.opt("TokenCode", token_code, json::length(6, 6), json::pattern(R"([\d]*)", &is_digits));
    f.opt("SourceIdentity", source_identity, json::length(2, 64), kName);
    f.opt("ProvidedContexts", contexts, json::items(1, 5));
  }
};

struct Credentials {
  std::string access_key_id, secret, token;
  base::Timestamp expires;

  template <class F>
  void fields(F& f) {
    f.req("AccessKeyId", access_key_id);
    f.req("SecretAccessKey", secret);
    f.req("SessionToken", token);
    f.req("Expiration", expires);
  }
};

struct AssumedRoleUser {
  std::string id, arn;

  template <class F>
  void fields(F& f) {
    f.req("AssumedRoleId", id);
    f.req("Arn", arn);
  }
};

struct AssumeRoleResponse {
  Credentials credentials;
  AssumedRoleUser user;
  std::optional<std::int64_t> packed_percent;
  std::optional<std::string> source_identity;

  template <class F>
  void fields(F& f) {
    f.opt("Credentials", credentials);
    f.opt("AssumedRoleUser", user);
    f.opt("PackedPolicySize", packed_percent);
    f.opt("SourceIdentity", source_identity);
  }
};

struct AssumeRoleWithWebIdentityRequest {
  std::string role_arn, session_name, token;
  std::optional<std::string> provider_id, policy;
  std::vector<PolicyDescriptor> policy_arns;
  std::optional<std::int64_t> seconds;

  template <class F>
  void fields(F& f) {
    f.req("RoleArn", role_arn, kArn);
    f.req("RoleSessionName", session_name, json::length(2, 64), kName);
    f.req("WebIdentityToken", token, json::length(4, 20000));
    f.opt("ProviderId", provider_id, json::length(4, 2048));
    f.opt("PolicyArns", policy_arns);
    f.opt("Policy", policy, json::length(1, 2048));
    f.opt("DurationSeconds", seconds, kRoleSeconds);
  }
};

struct AssumeRoleWithWebIdentityResponse {
  Credentials credentials;
  std::string subject;
  AssumedRoleUser user;
  std::optional<std::int64_t> packed_percent;
  std::string provider, audience;
  std::optional<std::string> source_identity;

  template <class F>
  void fields(F& f) {
    f.opt("Credentials", credentials);
    f.opt("SubjectFromWebIdentityToken", subject);
    f.opt("AssumedRoleUser", user);
    f.opt("PackedPolicySize", packed_percent);
    f.opt("Provider", provider);
    f.opt("Audience", audience);
    f.opt("SourceIdentity", source_identity);
  }
};

struct GetSessionTokenRequest {
  std::optional<std::int64_t> seconds;
  std::optional<std::string> serial_number, token_code;

  template <class F>
  void fields(F& f) {
    f.opt("DurationSeconds", seconds, kUserSeconds);
    f.opt("SerialNumber", serial_number, json::length(9, 256), json::pattern(R"([\w+=/:,.@-]*)", &is_serial));
    f.opt("TokenCode", token_code, json::length(6, 6), json::pattern(R"([\d]*)", &is_digits));
  }
};

struct GetSessionTokenResponse {
  Credentials credentials;

  template <class F>
  void fields(F& f) {
    f.opt("Credentials", credentials);
  }
};

struct GetFederationTokenRequest {
  std::string name;
  std::optional<std::string> policy;
  std::vector<PolicyDescriptor> policy_arns;
  std::optional<std::int64_t> seconds;
  std::vector<Tag> tags;

  template <class F>
  void fields(F& f) {
    f.req("Name", name, json::length(2, 32), kName);
    f.opt("Policy", policy, json::length(1, 2048));
    f.opt("PolicyArns", policy_arns);
    f.opt("DurationSeconds", seconds, kUserSeconds);
    f.opt("Tags", tags, json::items(0, 50));
  }
};

struct FederatedUser {
  std::string id, arn;

  template <class F>
  void fields(F& f) {
    f.req("FederatedUserId", id);
    f.req("Arn", arn);
  }
};

struct GetFederationTokenResponse {
  Credentials credentials;
  FederatedUser user;
  std::optional<std::int64_t> packed_percent;

  template <class F>
  void fields(F& f) {
    f.opt("Credentials", credentials);
    f.opt("FederatedUser", user);
    f.opt("PackedPolicySize", packed_percent);
  }
};

struct GetAccessKeyInfoRequest {
  std::string access_key_id;

  template <class F>
  void fields(F& f) {
    f.req("AccessKeyId", access_key_id, json::length(16, 128), json::pattern(R"([\w]*)", &is_word));
  }
};

struct GetAccessKeyInfoResponse {
  std::string account;

  template <class F>
  void fields(F& f) {
    f.opt("Account", account);
  }
};

struct DecodeAuthorizationMessageRequest {
  std::string message;

  template <class F>
  void fields(F& f) {
    f.req("EncodedMessage", message, json::length(1, 10240));
  }
};

struct DecodeAuthorizationMessageResponse {
  std::string message;

  template <class F>
  void fields(F& f) {
    f.opt("DecodedMessage", message);
  }
};

struct GetCallerIdentityRequest {
  template <class F>
  void fields(F&) {}
};

struct GetCallerIdentityResponse {
  std::string arn, user_id, account;

  template <class F>
  void fields(F& f) {
    f.opt("Arn", arn);
    f.opt("UserId", user_id);
    f.opt("Account", account);
  }
};

}  // namespace berth::api::sts
