// What the tests of this room share. Included by *_test.cc only.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/canonical.h"
#include "auth/credentials.h"
#include "model/repository.h"

namespace berth::auth {

inline model::AccountId account(std::string_view text = "123456789012") {
  return model::AccountId::parse(text).value();
}
inline model::Region region(std::string_view text = "us-east-1") { return model::Region::parse(text).value(); }
inline model::RegistryRef registry(std::string_view id = "123456789012") {
  return {.account = account(id), .region = region()};
}
inline model::RepositoryRef repository(std::string_view name, std::string_view id = "123456789012") {
  return {.registry = registry(id), .name = model::RepositoryName::parse(name).value()};
}

// Keys from a map; counts look-ups. A key that was added with a token needs that token.
class FakeCredentials final : public CredentialSource {
 public:
  void add(std::string id, std::string secret, std::string token = {}, std::optional<Session> session = std::nullopt) {
    Caller caller = Caller::root(account(), id);
    caller.session = std::move(session);
    add(std::move(id), {.secret = base::Secret(std::move(secret)), .caller = std::move(caller)}, std::move(token));
  }
  void add(std::string id, AccessKey key, std::string token = {}) {
    keys_.insert_or_assign(std::move(id), std::pair(std::move(key), std::move(token)));
  }
  base::Result<std::optional<AccessKey>> find(std::string_view access_key_id, std::string_view token) const override {
    ++lookups;
    if (failure) return std::unexpected(*failure);
    const auto found = keys_.find(access_key_id);
    if (found == keys_.end() || found->second.second != token) return std::nullopt;
    return found->second.first;
  }

  mutable int lookups = 0;
  std::optional<base::Error> failure;

 private:
  std::map<std::string, std::pair<AccessKey, std::string>, std::less<>> keys_;
};

// A request that can be changed, and viewed as a head.
struct TestRequest {
  std::string name, method, path, query, host, body;
  std::vector<std::pair<std::string, std::string>> headers;

  RequestHead head() const {
    return {.method = method, .path = path, .query = query, .host = host, .headers = headers};
  }
  std::string& header(std::string_view wanted) {
    for (auto& [header_name, value] : headers) {
      if (header_name == wanted) return value;
    }
    return headers.emplace_back(std::string(wanted), "").second;
  }
  void remove(std::string_view wanted) {
    std::erase_if(headers, [&](const auto& field) { return field.first == wanted; });
  }
};

}  // namespace berth::auth

// BERTH_EXPECT_FAILS(result, Errc::x): it failed, with that code.
#define BERTH_EXPECT_FAILS(result, expected)                                        \
  do {                                                                              \
    const auto& berth_result = (result);                                            \
    ASSERT_FALSE(berth_result.has_value());                                         \
    EXPECT_EQ(berth_result.error().code, expected) << berth_result.error().message; \
  } while (false)
