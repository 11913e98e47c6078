#include "service/key_use.h"

#include "service/service_test_support.h"

namespace berth::service {
namespace {

struct KeyUseWorld : World {
  KeyUseWorld() {
    EXPECT_TRUE(ok(store.write({}, [&](meta::Tx& tx) -> base::Result<void> {
      const auto account = registry().account;
      BERTH_CHECK(tx.accounts().create({.id = account, .name = "n", .email = "a@b.cd", .joined = clock.now()}));
      BERTH_CHECK(tx.identities().create({.id = "AIDA1", .account = account, .name = "alice", .created = clock.now()}));
      return tx.access_keys().put(
          "AIDA1", {.info = {.id = "AKIA1", .user = "alice", .created = clock.now()}, .sealed_secret = "sealed"});
    })));
  }
  static auth::Caller caller(const std::string& key) { return auth::Caller::root(registry().account, key); }
  std::optional<model::LastUse> last_use() {
    const auto found = store.read({}, [](meta::Tx& tx) { return tx.access_keys().find("AKIA1"); });
    EXPECT_TRUE(ok(found) && *found);
    return (*found)->key.info.last_use;
  }
  KeyUse use{store, clock};
};

TEST(KeyUse, IsWrittenOnceForManyCalls) {
  KeyUseWorld world;
  world.use.note(KeyUseWorld::caller("AKIA1"), "sts", "us-east-1");
  world.clock.advance(std::chrono::seconds(5));
  world.use.note(KeyUseWorld::caller("AKIA1"), "ecr", "eu-west-1");
  EXPECT_FALSE(world.last_use());
  EXPECT_EQ(*world.use.flush({}), 1u);
  EXPECT_EQ(world.last_use(), (model::LastUse{world.clock.now(), "ecr", "eu-west-1"}));
  EXPECT_EQ(*world.use.flush({}), 0u);
}

TEST(KeyUse, IsOfUsersOwnKeysOnly) {
  KeyUseWorld world;
  auto temporary = KeyUseWorld::caller("AKIA1");
  temporary.session = auth::Session{};
  world.use.note(temporary, "ecr", "us-east-1");
  world.use.note(KeyUseWorld::caller(""), "ecr", "us-east-1");
  EXPECT_EQ(*world.use.flush({}), 0u);
  EXPECT_FALSE(world.last_use());
}

TEST(KeyUse, ThatCouldNotBeWrittenWaitsForTheNextTime) {
  KeyUseWorld world;
  world.use.note(KeyUseWorld::caller("AKIA1"), "ecr", "us-east-1");
  const auto first = world.clock.now();
  EXPECT_FALSE(world.use.flush(base::Deadline::after(std::chrono::seconds(-1))));
  EXPECT_FALSE(world.last_use());
  EXPECT_EQ(*world.use.flush({}), 1u);
  EXPECT_EQ(world.last_use()->time, first);
}

TEST(KeyUse, HasABound) {
  KeyUseWorld world;
  for (std::size_t i = 0; i <= KeyUse::kMaxKeys; ++i) {
    world.use.note(KeyUseWorld::caller("AKIAX" + std::to_string(i)), "ecr", "us-east-1");
  }
  EXPECT_EQ(*world.use.flush({}), KeyUse::kMaxKeys);
}

}  // namespace
}  // namespace berth::service
