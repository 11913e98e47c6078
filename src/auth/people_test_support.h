// Accounts and identities in a store, for tests that policies decide. Included by *_test.cc only.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "auth/caller.h"
#include "meta/store.h"

namespace berth::auth {

class People {
 public:
  explicit People(meta::Store& store) : store_(store) {}

  // The first one manages the organization.
  void account(const model::AccountId& id) {
    write([&](meta::Tx& tx) -> base::Result<void> {
      BERTH_CHECK(tx.accounts().create({.id = id, .name = id.text(), .email = id.text() + "@x.y", .joined = {}}));
      BERTH_TRY(const auto organization, tx.organizations().find());
      if (!organization) {
        BERTH_CHECK(
            tx.organizations().create({.id = "o-exampleorg", .root = "r-root", .management = id, .created = {}}));
        BERTH_CHECK(tx.organizations().attach(std::string(model::kFullAwsAccess), "r-root"));
      }
      BERTH_CHECK(tx.organizations().attach(std::string(model::kFullAwsAccess), id.text()));
      return {};
    });
  }
  model::Entity entity(const model::AccountId& in, model::EntityKind kind, const std::string& name) {
    const auto number = std::to_string(100'000'000 + ++made_);
    model::Entity made{.id = (kind == model::EntityKind::user ? "AIDAEXAMPLE0" : "AROAEXAMPLE0") + number,
                       .account = in,
                       .kind = kind,
                       .name = name,
                       .created = {}};
    write([&](meta::Tx& tx) { return tx.identities().create(made); });
    return made;
  }
  // A user with an active key.
  Caller user(const model::AccountId& in, const std::string& name) {
    const auto made = entity(in, model::EntityKind::user, name);
    const auto key = "AKIA" + made.id.substr(4);
    put_key(made.id, key, "sealed");
    return {.kind = CallerKind::user,
            .account = in,
            .arn = made.arn(),
            .user_id = made.id,
            .access_key_id = key,
            .entity_id = made.id};
  }
  // A session of a role that is made for it.
  Caller role(const model::AccountId& in, const std::string& name, Session session = {}) {
    const auto made = entity(in, model::EntityKind::role, name);
    return {.kind = CallerKind::role,
            .account = in,
            .arn = "arn:aws:sts::" + in.text() + ":assumed-role/" + name + "/session",
            .user_id = made.id + ":session",
            .access_key_id = "ASIA" + made.id.substr(4),
            .entity_id = made.id,
            .role_arn = made.arn(),
            .session = std::move(session)};
  }
  void put_key(const std::string& user, const std::string& key, std::string sealed) {
    write([&](meta::Tx& tx) {
      return tx.access_keys().put(user, {.info = {.id = key, .user = "", .created = {}}, .sealed_secret = sealed});
    });
  }
  void allow(const Caller& who, std::string_view document) {
    write([&](meta::Tx& tx) {
      return tx.entity_policies().put_inline(who.entity_id, {.name = "inline", .document = std::string(document)});
    });
  }
  void attach(const Caller& who, std::string_view aws_policy) {
    write([&](meta::Tx& tx) {
      return tx.entity_policies().attach(who.entity_id, std::string(model::kAwsPolicyPrefix) + std::string(aws_policy));
    });
  }
  // By an ARN: one of AWS's, or of managed().
  void bound(const Caller& who, const std::string& arn) {
    write([&](meta::Tx& tx) -> base::Result<bool> {
      BERTH_TRY(auto found, tx.identities().find(who.entity_id));
      found->boundary = arn;
      return tx.identities().update(*found);
    });
  }
  void service_control(const std::string& id, const std::string& target, std::string_view document) {
    write([&](meta::Tx& tx) -> base::Result<bool> {
      BERTH_CHECK(tx.organizations().create_policy(
          {.id = id, .name = id, .description = "", .document = std::string(document)}));
      return tx.organizations().attach(id, target);
    });
  }
  void tag(const Caller& who, const std::string& key, const std::string& value) {
    write([&](meta::Tx& tx) { return tx.identity_tags().put(who.entity_id, {{key, value}}); });
  }
  template <class F>
  void write(F f) {
    const auto done = store_.write({}, f);
    EXPECT_TRUE(done.has_value());
  }

 private:
  meta::Store& store_;
  int made_ = 0;
};

}  // namespace berth::auth
