// CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

enum class KeyStatus : std::uint8_t { active, inactive, expired };  // no key of a user's expires
inline constexpr auto kKeyStatusNames = std::to_array<std::pair<std::string_view, KeyStatus>>(
    {{"Active", KeyStatus::active}, {"Inactive", KeyStatus::inactive}, {"Expired", KeyStatus::expired}});
constexpr const auto& enum_names(KeyStatus) { return kKeyStatusNames; }

struct AccessKeyOwner {
  std::optional<std::string> user;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", user, kLongNameLength, kName);
  }
};

struct AccessKeyShape {
  std::string user, id;
  KeyStatus status = KeyStatus::active;
  std::string secret;
  base::Timestamp created;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", user);
    f.opt("AccessKeyId", id);
    f.opt("Status", status);
    f.opt("SecretAccessKey", secret);
    f.opt("CreateDate", created);
  }
};

struct CreateAccessKeyResponse {
  AccessKeyShape key;

  template <class F>
  void fields(F& f) {
    f.opt("AccessKey", key);
  }
};

struct ListAccessKeysRequest : Paged {
  std::optional<std::string> user;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", user, kLongNameLength, kName);
    page_fields(f);
  }
};

struct AccessKeyMetadata {
  std::string user, id;
  KeyStatus status = KeyStatus::active;
  base::Timestamp created;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", user);
    f.opt("AccessKeyId", id);
    f.opt("Status", status);
    f.opt("CreateDate", created);
  }
};

struct ListAccessKeysResponse {
  std::vector<AccessKeyMetadata> keys;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("AccessKeyMetadata", keys);
    end.page_fields(f);
  }
};

struct UpdateAccessKeyRequest {
  std::optional<std::string> user;
  std::string id;
  KeyStatus status = KeyStatus::active;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", user, kLongNameLength, kName);
    f.req("AccessKeyId", id, kAccessKeyIdLength, kAccessKeyId);
    f.req("Status", status);
  }
};

struct DeleteAccessKeyRequest {
  std::optional<std::string> user;
  std::string id;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", user, kLongNameLength, kName);
    f.req("AccessKeyId", id, kAccessKeyIdLength, kAccessKeyId);
  }
};

struct GetAccessKeyLastUsedRequest {
  std::string id;

  template <class F>
  void fields(F& f) {
    f.req("AccessKeyId", id, kAccessKeyIdLength, kAccessKeyId);
  }
};

struct AccessKeyLastUsed {
  std::optional<base::Timestamp> date{};
  std::string service = "N/A", region = "N/A";  // as long as it was never used

  template <class F>
  void fields(F& f) {
    f.opt("LastUsedDate", date);
    f.opt("ServiceName", service);
    f.opt("Region", region);
  }
};

struct GetAccessKeyLastUsedResponse {
  std::string user;
  AccessKeyLastUsed last_used;

  template <class F>
  void fields(F& f) {
    f.opt("UserName", user);
    f.opt("AccessKeyLastUsed", last_used);
  }
};

base::Result<CreateAccessKeyResponse> create_access_key(const Call& call, AccessKeyOwner request);
base::Result<ListAccessKeysResponse> list_access_keys(const Call& call, ListAccessKeysRequest request);
base::Result<void> update_access_key(const Call& call, UpdateAccessKeyRequest request);
base::Result<void> delete_access_key(const Call& call, DeleteAccessKeyRequest request);
base::Result<GetAccessKeyLastUsedResponse> get_access_key_last_used(const Call& call,
                                                                    GetAccessKeyLastUsedRequest request);

}  // namespace berth::api::iam
