#include "meta/creation_templates.h"

#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

using model::AppliedFor;
using model::CreationTemplate;

class CreationTemplatesTest : public StoreTest {
 protected:
  CreationTemplatesTest() = default;

  static CreationTemplate named(std::string_view prefix) {
    return {.prefix = model::TemplatePrefix::parse(prefix).value(),
            .applied_for = {AppliedFor::create_on_push},
            .mutability = {},
            .created = at(5),
            .updated = at(5)};
  }
  bool create(const CreationTemplate& made, const model::RegistryRef& in = registry()) {
    const auto created = write([&](Tx& tx) { return tx.creation_templates().create(in, made); });
    EXPECT_TRUE(ok(created));
    return created && *created;
  }
  std::optional<CreationTemplate> find(const std::string& key, const model::RegistryRef& in = registry()) {
    auto found = read([&](Tx& tx) { return tx.creation_templates().find(in, key); });
    EXPECT_TRUE(ok(found));
    return *std::move(found);
  }
  std::vector<std::string> list(const std::string& after, std::size_t limit) {
    std::vector<std::string> prefixes;
    for (const auto& each : *read([&](Tx& tx) { return tx.creation_templates().list(registry(), after, limit); })) {
      prefixes.push_back(each.prefix.text());
    }
    return prefixes;
  }
};
BERTH_ON_EVERY_ENGINE(CreationTemplatesTest);

TEST_P(CreationTemplatesTest, KeepsAllOfATemplate) {
  auto made = named("prod/team/");
  EXPECT_TRUE(create(made));
  auto bare = find("prod/team").value();
  EXPECT_EQ(bare.prefix.text(), "prod/team/");
  EXPECT_EQ(bare.mutability, model::TagMutability());
  EXPECT_EQ(bare.encryption_type, "AES256");
  EXPECT_FALSE(bare.description || bare.kms_key || bare.repository_policy || bare.lifecycle_policy || bare.custom_role);
  EXPECT_TRUE(bare.tags.empty());

  made.applied_for = {AppliedFor::replication, AppliedFor::pull_through_cache};
  made.description = "two\nlines";
  made.mutability =
      model::TagMutability::make(model::TagMutabilityMode::immutable_with_exclusion, {"dev-*", "x"}).value();
  made.encryption_type = "KMS";
  made.kms_key = "arn:aws:kms:us-east-1:123456789012:key/1";
  made.tags = {{"a", "1"}, {"b", ""}};
  made.repository_policy = "{}";
  made.lifecycle_policy = "{\"rules\":[]}";
  made.custom_role = "arn:aws:iam::123456789012:role/r";
  made.updated = at(9);
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.creation_templates().update(registry(), made); })));
  const auto full = find("prod/team").value();
  EXPECT_EQ(full.applied_for, made.applied_for);
  EXPECT_EQ(full.description, made.description);
  EXPECT_EQ(full.mutability, made.mutability);
  EXPECT_EQ(full.encryption_type, "KMS");
  EXPECT_EQ(full.kms_key, made.kms_key);
  EXPECT_EQ(full.tags, made.tags);
  EXPECT_EQ(full.repository_policy, made.repository_policy);
  EXPECT_EQ(full.lifecycle_policy, made.lifecycle_policy);
  EXPECT_EQ(full.custom_role, made.custom_role);
  EXPECT_EQ(base::to_micros(full.created), 5);
  EXPECT_EQ(base::to_micros(full.updated), 9);
}

TEST_P(CreationTemplatesTest, OneOfAPrefixInARegistry) {
  EXPECT_TRUE(create(named("prod")));
  EXPECT_FALSE(create(named("prod")));
  EXPECT_FALSE(create(named("prod/")));
  EXPECT_TRUE(create(named("prod/"), registry("999999999999")));
  EXPECT_TRUE(create(named("prod"), registry("123456789012", "eu-west-1")));
  EXPECT_EQ(read([&](Tx& tx) { return tx.creation_templates().count(registry()); }).value(), 1);
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.creation_templates().remove(registry(), "prod"); })));
  EXPECT_FALSE(find("prod"));
  EXPECT_TRUE(find("prod", registry("999999999999")));
}

TEST_P(CreationTemplatesTest, ListsByPrefix) {
  for (const auto* prefix : {"b/", "ROOT", "a", "a/b"}) EXPECT_TRUE(create(named(prefix)));
  using Prefixes = std::vector<std::string>;
  EXPECT_EQ(list("", 10), (Prefixes{"ROOT", "a", "a/b", "b/"}));
  EXPECT_EQ(list("", 2), (Prefixes{"ROOT", "a"}));
  EXPECT_EQ(list("a", 10), (Prefixes{"a/b", "b/"}));
  EXPECT_EQ(list("b", 10), Prefixes());
}

}  // namespace
}  // namespace berth::meta
