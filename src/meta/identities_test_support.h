// A store with an account, and identities for it. Included by *_test.cc only.
#pragma once

#include <string>
#include <vector>

#include "meta/store_test_support.h"

namespace berth::meta {

class IdentitiesTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (!database_) return;
    for (const auto& id : {account, other}) {
      ASSERT_TRUE(*write([&](Tx& tx) {
        return tx.accounts().create({.id = id, .name = "n", .email = id.text() + "@x.y", .joined = at(1)});
      }));
    }
  }

  static model::Entity entity(const std::string& name, model::EntityKind kind = model::EntityKind::user,
                              const model::AccountId& in = registry().account) {
    return {.id = in.text() + std::string(model::name(kind)) + name,
            .account = in,
            .kind = kind,
            .name = name,
            .created = at(5)};
  }
  std::string add(const model::Entity& made) {
    const auto created = write([&](Tx& tx) { return tx.identities().create(made); });
    EXPECT_TRUE(ok(created));
    EXPECT_TRUE(*created) << made.name;
    return made.id;
  }
  static std::vector<std::string> names(const std::vector<model::Entity>& entities) {
    std::vector<std::string> out;
    for (const auto& one : entities) out.push_back(one.name);
    return out;
  }
  std::int64_t version() {
    return *read([](Tx& tx) { return tx.authorization().version(); });
  }
  // Whether what `f` writes moves the version.
  template <class F>
  bool moves(F f) {
    const auto before = version();
    EXPECT_TRUE(ok(write(f)));
    return version() > before;
  }

  model::AccountId account = registry().account;
  model::AccountId other = registry("999999999999").account;
};

}  // namespace berth::meta
