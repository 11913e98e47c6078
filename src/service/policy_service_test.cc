#include "service/policy_service.h"

#include "auth/people_test_support.h"
#include "service/service_test_support.h"

namespace berth::service {
namespace {

using base::Errc;

constexpr std::string_view kRefused =
    "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided' (";

std::string statement(std::string_view principal, std::string_view action = "ecr:BatchGetImage") {
  return fill(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":@,"Action":"@"}]})",
              {std::string(principal), std::string(action)});
}

struct PolicyServiceTest : World, testing::Test {
  PolicyServiceTest() { people.account(app.registry.account); }

  base::Result<std::string> set(const std::string& text, Force force = Force::no) {
    return policies.set_repository(scope, app, text, force);
  }
  std::string refused(const base::Result<std::string>& answer) {
    EXPECT_TRUE(fails(Errc::invalid_parameter, answer));
    if (answer) return {};
    EXPECT_TRUE(answer.error().message.starts_with(kRefused)) << answer.error().message;
    return answer.error().message.substr(std::min(kRefused.size(), answer.error().message.size()));
  }
  std::optional<std::string> stored() {
    return *store.read({}, [&](meta::Tx& tx) -> base::Result<std::optional<std::string>> {
      BERTH_TRY(const auto repository, find_repository(tx, app));
      return tx.policies().find(repository.id);
    });
  }

  auth::People people{store};
};

TEST_F(PolicyServiceTest, KeepsARepositorysPolicy) {
  EXPECT_TRUE(fails(Errc::repository_policy_not_found, policies.repository(scope, app)));
  EXPECT_TRUE(fails(Errc::repository_policy_not_found, policies.remove_repository(scope, app)));
  const std::string shown =
      "{\n  \"Version\" : \"2012-10-17\",\n  \"Statement\" : [ {\n    \"Effect\" : \"Allow\",\n    \"Principal\" : "
      "\"*\",\n    \"Action\" : \"ecr:BatchGetImage\"\n  } ]\n}";
  EXPECT_EQ(*set(statement(R"("*")")), shown);
  EXPECT_EQ(*policies.repository(scope, app), shown);
  EXPECT_EQ(*policies.remove_repository(scope, app), shown);
  EXPECT_TRUE(fails(Errc::repository_policy_not_found, policies.repository(scope, app)));
  EXPECT_TRUE(fails(Errc::repository_not_found,
                    policies.set_repository(scope, repository("no/where"), statement(R"("*")"), Force::no)));
}

TEST_F(PolicyServiceTest, StoresPrincipalsByTheirIds) {
  const auto alice = people.user(app.registry.account, "alice");
  const auto text = statement(R"({"AWS":"arn:aws:iam::123456789012:user/alice"})");
  EXPECT_TRUE(set(text)->contains("user/alice"));
  EXPECT_TRUE(stored()->contains(alice.entity_id));
  EXPECT_FALSE(stored()->contains("user/alice"));
  EXPECT_TRUE(policies.repository(scope, app)->contains("user/alice"));
  people.write([&](meta::Tx& tx) { return tx.identities().remove(alice.entity_id); });
  EXPECT_TRUE(policies.repository(scope, app)->contains(alice.entity_id));
  EXPECT_EQ(refused(set(text)), "Principal not found: arn:aws:iam::123456789012:user/alice)");
  EXPECT_EQ(refused(set(statement("{\"AWS\":\"" + alice.entity_id + "\"}"))),
            "Principal not found: " + alice.entity_id + ")");
  // Another server's accounts are not ours to know.
  EXPECT_TRUE(ok(set(statement(R"({"AWS":"arn:aws:iam::999999999999:role/theirs"})"))));
}

TEST_F(PolicyServiceTest, SaysWhatIsWrong) {
  EXPECT_NE(refused(set("{")), "");
  EXPECT_NE(refused(set("")), "");
  EXPECT_NE(refused(set(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*"}]})")), "");
  EXPECT_TRUE(fails(Errc::invalid_parameter, set(std::string(kMaxPolicyLength + 1, ' '))));
  EXPECT_EQ(stored(), std::nullopt);
}

TEST_F(PolicyServiceTest, WillNotLockTheCallerOutUnlessForced) {
  // The authorizer that is asked about the policy to come says no.
  struct Locks final : auth::Authorizer {
    base::Result<void> require(const auth::Question& question) const override {
      return question.resource.policy ? auth::DenyAll().require(question) : base::Result<void>();
    }
    base::Result<void> require_alive(const auth::Caller&) const override { return {}; }
  } locks;
  const Core core{.store = store, .blobs = blobs, .authorizer = locks, .clock = clock, .random = random, .limits = {}};
  PolicyService locked(core);
  const auto text = statement(R"("*")");
  EXPECT_NE(refused(locked.set_repository(scope, app, text, Force::no)), "");
  EXPECT_EQ(stored(), std::nullopt);
  EXPECT_TRUE(ok(locked.set_repository(scope, app, text, Force::yes)));
}

TEST_F(PolicyServiceTest, KeepsARegistrysPolicy) {
  const auto registry_ref = registry();
  const auto text = [](std::string_view action) {
    return fill(
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"@","Resource":"*"}]})",
        {std::string(action)});
  };
  EXPECT_TRUE(fails(Errc::registry_policy_not_found, policies.registry(scope, registry_ref)));
  const auto put = policies.put_registry(scope, registry_ref, text("ecr:PutImage"));
  ASSERT_TRUE(ok(put));
  EXPECT_EQ(*policies.registry(scope, registry_ref), *put);
  EXPECT_EQ(*policies.remove_registry(scope, registry_ref), *put);
  EXPECT_TRUE(fails(Errc::registry_policy_not_found, policies.remove_registry(scope, registry_ref)));

  EXPECT_TRUE(ok(policies.put_setting(scope, registry_ref, "REGISTRY_POLICY_SCOPE", "V1")));
  for (const auto* action : {"ecr:PutImage", "ecr:Create*", "*"}) {
    EXPECT_TRUE(fails(Errc::invalid_parameter, policies.put_registry(scope, registry_ref, text(action)))) << action;
  }
  for (const auto* action : {"ecr:*", "ecr:createrepository", "ecr:ReplicateImage", "ecr:BatchImportUpstreamImage"}) {
    EXPECT_TRUE(ok(policies.put_registry(scope, registry_ref, text(action)))) << action;
  }
}

TEST_F(PolicyServiceTest, KeepsSettings) {
  const auto registry_ref = registry();
  EXPECT_EQ(*policies.setting(scope, registry_ref, "BASIC_SCAN_TYPE_VERSION"), "AWS_NATIVE");
  EXPECT_EQ(*policies.setting(scope, registry_ref, "REGISTRY_POLICY_SCOPE"), "V2");
  EXPECT_EQ(*policies.setting(scope, registry_ref, "BLOB_MOUNTING"), "ENABLED");
  EXPECT_TRUE(ok(policies.put_setting(scope, registry_ref, "BLOB_MOUNTING", "DISABLED")));
  EXPECT_EQ(*policies.setting(scope, registry_ref, "BLOB_MOUNTING"), "DISABLED");
  const auto unknown = policies.setting(scope, registry_ref, "COLOUR");
  ASSERT_TRUE(fails(Errc::invalid_parameter, unknown));
  EXPECT_EQ(unknown.error().message,
            "Invalid parameter at 'name' failed to satisfy constraint: 'Member must satisfy enum value set: "
            "[BASIC_SCAN_TYPE_VERSION, REGISTRY_POLICY_SCOPE, BLOB_MOUNTING]'");
  const auto bad = policies.put_setting(scope, registry_ref, "BLOB_MOUNTING", "");
  ASSERT_TRUE(fails(Errc::invalid_parameter, bad));
  EXPECT_EQ(bad.error().message,
            "Invalid parameter at 'value' failed to satisfy constraint: 'Member must satisfy enum value set: "
            "[ENABLED, DISABLED]'");
}

TEST_F(PolicyServiceTest, MountingCanBeTurnedOff) {
  const auto source = repository("team/source");
  make(source);
  push_image(source, "shared");
  const auto shared = digest_of("layer shared");
  EXPECT_TRUE(ok(policies.put_setting(scope, app.registry, "BLOB_MOUNTING", "DISABLED")));
  EXPECT_EQ(*layers.mount(scope, app, shared, source.name), Mounted::no);
  EXPECT_EQ(*layers.mount(scope, app, shared, std::nullopt), Mounted::no);
  EXPECT_TRUE(ok(policies.put_setting(scope, app.registry, "BLOB_MOUNTING", "ENABLED")));
  EXPECT_EQ(*layers.mount(scope, app, shared, source.name), Mounted::yes);
}

}  // namespace
}  // namespace berth::service
