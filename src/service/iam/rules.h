// What IAM accepts, and its quotas. Private to this room.
//
// Source: IAM API reference (patterns and lengths of members); IAM User Guide, "IAM and AWS STS quotas".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "policy/document.h"
#include "service/iam/common.h"

namespace berth::service::iam {

// How many of what an account, or one entity in it, may have.
struct Quotas {
  std::int64_t users = 5'000;
  std::int64_t groups = 300;
  std::int64_t roles = 1'000;
  std::int64_t policies = 1'500;
  std::int64_t policy_versions = 5;
  std::int64_t policy_size = 6'144;
  std::int64_t attached = 10;
  std::int64_t access_keys = 2;
  std::int64_t groups_of_user = 10;
  std::int64_t inline_of_user = 2'048;
  std::int64_t inline_of_role = 10'240;
  std::int64_t inline_of_group = 5'120;
  std::int64_t trust_policy_size = 2'048;
  std::int64_t providers = 100;
  std::int64_t client_ids = 100;
  std::int64_t thumbprints = 5;
  std::int64_t tags = 50;
};
inline constexpr Quotas kQuotas;

// The kind as IAM begins a sentence, or a member's name, with it: "User".
std::string_view title(model::EntityKind kind);

// "Cannot exceed quota for UsersPerAccount: 5000".
std::unexpected<base::Error> over_quota(std::string_view quota, std::int64_t value);

bool is_text(std::string_view text);  // UTF-8 without control characters

// `validation` or `invalid_input` if not.
base::Result<void> check_name(const EntityRef& entity);  // of one to be made: 64, of a group 128 characters
base::Result<void> check_policy_name(std::string_view name);
base::Result<void> check_path(std::string_view path);
base::Result<void> check_policy_path(std::string_view path);
base::Result<void> check_page(const PageRequest& page);
base::Result<void> check_description(std::string_view text);
base::Result<void> check_session_seconds(std::int64_t seconds);
base::Result<void> check_policy_arn(std::string_view arn);
base::Result<void> check_tags(std::span<const model::ResourceTag> tags);
base::Result<void> check_tag_keys(std::span<const std::string> keys);

// policy_malformed, or `validation` for more than 131,072 characters.
base::Result<void> check_document(std::string_view document, policy::Kind kind);
// Characters of a document that count: all but white space between its tokens and in them, as IAM counts.
std::int64_t document_size(std::string_view document);

// "v12" -> 12; `validation`.
base::Result<std::int64_t> version_number(std::string_view version);

}  // namespace berth::service::iam
