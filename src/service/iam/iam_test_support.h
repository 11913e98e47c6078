// An account with identities, for the tests of this room and of the doors that stand on it. *_test.cc only.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "service/iam/access_keys.h"
#include "service/iam/account_info.h"
#include "service/iam/entity_policies.h"
#include "service/iam/oidc_providers.h"
#include "service/iam/organization.h"
#include "service/iam/policies.h"
#include "service/iam/roles.h"
#include "service/iam/tags.h"
#include "service/iam/users.h"
#include "service/service_test_support.h"

namespace berth::service::iam {

// Allows everybody everything in the own account, and remembers what was asked.
class RecordingAuthorizer final : public auth::Authorizer {
 public:
  struct Asked {
    std::string action;
    std::string resource;
    policy::Context context;
  };
  base::Result<void> require(const auth::Question& question) const override {
    asked.push_back({std::string(question.action), question.resource.arn, question.context});
    if (question.caller.account == question.resource.owner) return {};
    return auth::DenyAll().require(question);
  }
  base::Result<void> require_alive(const auth::Caller&) const override { return {}; }

  mutable std::vector<Asked> asked;
};

inline constexpr std::string_view kAllowAll =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
inline constexpr std::string_view kTrustAccount =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},)"
    R"("Action":"sts:AssumeRole"}]})";
inline constexpr std::string_view kReadOnly = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly";

// An identity policy of `size` characters without white space.
inline std::string document_of(std::size_t size) {
  const std::string head =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::)";
  const std::string tail = R"("}]})";
  return head + std::string(size - head.size() - tail.size(), 'x') + tail;
}

struct IamWorld {
  World registry_world;
  meta::Store& store = registry_world.store;
  base::ManualClock& clock = registry_world.clock;
  RecordingAuthorizer authorizer;
  Core core{.store = store,
            .blobs = registry_world.blobs,
            .authorizer = authorizer,
            .clock = clock,
            .random = registry_world.random,
            .limits = {}};
  auth::KeyRing keys = auth::KeyRing::from_bytes(std::string(32, 'k')).value();
  UserService users{core};
  GroupService groups{core};
  RoleService roles{core};
  EntityPolicyService entity_policies{core};
  PolicyService policies{core};
  TagService tags{core};
  AccessKeyService access_keys{core, keys};
  OidcProviderService providers{core};
  AccountInfoService info{core};
  AccountService accounts{core, keys};
  OrganizationService organization{core};
  Scope scope{.caller = auth::Caller::root(registry().account, "AKIAEXAMPLE"), .request_id = "r-1", .deadline = {}};

  // With a first account, its organization and its `administrator`.
  IamWorld() {
    EXPECT_TRUE(
        ok(accounts.create_first(scope, {.name = "Main", .email = "main@example.com", .id = registry().account})));
    authorizer.asked.clear();
  }
  model::Entity user(const std::string& name, const std::string& path = "/") {
    auto made = users.create(scope, {.name = name, .path = path});
    EXPECT_TRUE(ok(made));
    return *std::move(made);
  }
  model::Entity role(const std::string& name, const std::string& path = "/") {
    auto made = roles.create(scope, {.name = name, .path = path, .trust_policy = std::string(kTrustAccount)});
    EXPECT_TRUE(ok(made));
    return *std::move(made);
  }
  model::Entity group(const std::string& name) {
    auto made = groups.create(scope, name, "/");
    EXPECT_TRUE(ok(made));
    return *std::move(made);
  }
  std::string policy(const std::string& name, const std::string& path = "/") {
    auto made = policies.create(scope, {.name = name, .path = path, .document = std::string(kAllowAll)});
    EXPECT_TRUE(ok(made));
    return made->arn();
  }
  // The scope of a user of the account.
  Scope as(const model::Entity& user) const {
    return {.caller = {.kind = auth::CallerKind::user,
                       .account = user.account,
                       .arn = user.arn(),
                       .user_id = user.id,
                       .entity_id = user.id},
            .request_id = "r-2",
            .deadline = {}};
  }
};

template <class T>
testing::AssertionResult says(base::Errc code, std::string_view text, const base::Result<T>& result) {
  if (auto failed = fails(code, result); !failed) return failed;
  if (result.error().message == text) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().message;
}

inline std::vector<std::string> names(const std::vector<model::Entity>& entities) {
  std::vector<std::string> out;
  for (const auto& one : entities) out.push_back(one.name);
  return out;
}

}  // namespace berth::service::iam
