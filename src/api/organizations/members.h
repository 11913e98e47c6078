// The rules of members that several operations have, as the model of Organizations gives them.
#pragma once

#include <string_view>

#include "json/rules.h"

namespace berth::api::organizations {

bool is_account_id(std::string_view text);
bool is_root_id(std::string_view text);
bool is_policy_id(std::string_view text);
bool is_target_id(std::string_view text);
bool is_parent_id(std::string_view text);
bool is_child_id(std::string_view text);
bool is_creation_id(std::string_view text);
bool is_email(std::string_view text);
bool is_account_name(std::string_view text);
bool is_role_name(std::string_view text);
bool is_any_text(std::string_view text);
bool is_tag_text(std::string_view text);

inline constexpr auto kAccountId = json::pattern(R"(^\d{12}$)", &is_account_id);
inline constexpr auto kAccountIdLength = json::length(0, 12);
inline constexpr auto kRootId = json::pattern(R"(^r-[0-9a-z]{4,32}$)", &is_root_id);
inline constexpr auto kRootIdLength = json::length(0, 34);
inline constexpr auto kPolicyId = json::pattern(R"(^p-[0-9a-zA-Z_]{8,128}$)", &is_policy_id);
inline constexpr auto kPolicyIdLength = json::length(0, 130);
inline constexpr auto kTargetId =
    json::pattern(R"(^(r-[0-9a-z]{4,32})|(\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$)", &is_target_id);
inline constexpr auto kParentId =
    json::pattern(R"(^(r-[0-9a-z]{4,32})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$)", &is_parent_id);
inline constexpr auto kChildId = json::pattern(R"(^(\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$)", &is_child_id);
inline constexpr auto kLongIdLength = json::length(0, 100);
inline constexpr auto kCreationId = json::pattern(R"(^car-[a-z0-9]{8,32}$)", &is_creation_id);
inline constexpr auto kCreationIdLength = json::length(0, 36);

inline constexpr auto kEmail = json::pattern(R"([^\s@]+@[^\s@]+\.[^\s@]+)", &is_email);
inline constexpr auto kEmailLength = json::length(6, 64);
inline constexpr auto kAccountName = json::pattern(R"([\u0020-\u007E]+)", &is_account_name);
inline constexpr auto kAccountNameLength = json::length(1, 50);
inline constexpr auto kRoleName = json::pattern(R"([\w+=,.@-]{1,64})", &is_role_name);
inline constexpr auto kRoleNameLength = json::length(0, 64);

inline constexpr auto kAnyText = json::pattern(R"([\s\S]*)", &is_any_text);
inline constexpr auto kPolicyNameLength = json::length(1, 128);
inline constexpr auto kPolicyDescriptionLength = json::length(0, 512);
inline constexpr auto kPolicyContentLength = json::length(1);

inline constexpr auto kTagText = json::pattern(R"(^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$)", &is_tag_text);
inline constexpr auto kTagKeyLength = json::length(1, 128);
inline constexpr auto kTagValueLength = json::length(0, 256);

}  // namespace berth::api::organizations
