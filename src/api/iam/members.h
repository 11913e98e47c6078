// The rules of members that many operations have, as IAM's model gives them.
#pragma once

#include <string_view>

#include "json/rules.h"

namespace berth::api::iam {

bool is_name(std::string_view text);
bool is_word(std::string_view text);
bool is_path(std::string_view text);
bool is_path_prefix(std::string_view text);
bool is_policy_path(std::string_view text);
bool is_latin_text(std::string_view text);
bool is_marker(std::string_view text);
bool is_description(std::string_view text);
bool is_version_id(std::string_view text);
bool is_alias(std::string_view text);
bool is_tag_key(std::string_view text);
bool is_tag_value(std::string_view text);

inline constexpr auto kName = json::pattern(R"([\w+=,.@-]+)", &is_name);
inline constexpr auto kNameLength = json::length(1, 64);       // of new users, and of roles
inline constexpr auto kLongNameLength = json::length(1, 128);  // of users that may exist, groups and policies
inline constexpr auto kArnLength = json::length(20, 2048);

inline constexpr auto kPath = json::pattern(R"((\u002F)|(\u002F[\u0021-\u007E]+\u002F))", &is_path);
inline constexpr auto kPathPrefix = json::pattern(R"(\u002F[\u0021-\u007F]*)", &is_path_prefix);
inline constexpr auto kPolicyPath = json::pattern(R"(((/[A-Za-z0-9\.,\+@=_-]+)*)/)", &is_policy_path);
inline constexpr auto kPathLength = json::length(1, 512);

inline constexpr auto kDocument = json::pattern(R"([\u0009\u000A\u000D\u0020-\u00FF]+)", &is_latin_text);
inline constexpr auto kDocumentLength = json::length(1, 131'072);
inline constexpr auto kVersionId = json::pattern(R"(v[1-9][0-9]*(\.[A-Za-z0-9-]*)?)", &is_version_id);

inline constexpr auto kDescription =
    json::pattern(R"([\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*)", &is_description);
inline constexpr auto kDescriptionLength = json::length(0, 1000);

inline constexpr auto kAccessKeyId = json::pattern(R"([\w]+)", &is_word);
inline constexpr auto kAccessKeyIdLength = json::length(16, 128);

inline constexpr auto kAlias = json::pattern(R"(^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$)", &is_alias);
inline constexpr auto kAliasLength = json::length(3, 63);

inline constexpr auto kTagCount = json::items(0, 50);
inline constexpr auto kTagKey = json::pattern(R"([\p{L}\p{Z}\p{N}_.:/=+\-@]+)", &is_tag_key);
inline constexpr auto kTagKeyLength = json::length(1, 128);
inline constexpr auto kTagValue = json::pattern(R"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", &is_tag_value);
inline constexpr auto kTagValueLength = json::length(0, 256);

inline constexpr auto kClientIdLength = json::length(1, 255);
inline constexpr auto kThumbprintLength = json::length(40, 40);

}  // namespace berth::api::iam
