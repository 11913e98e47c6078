#include "meta/store_test_support.h"

namespace berth::meta {
namespace {

class PublicRegistriesTest : public StoreTest {
 protected:
  static model::AccountId account(std::string_view id = "123456789012") { return model::AccountId::parse(id).value(); }
  static model::AliasName name(std::string_view text) { return model::AliasName::parse(text).value(); }
  bool add(const model::AccountId& to, std::string_view text, bool standard = false) {
    return write([&](Tx& tx) {
             return tx.public_registries().add_alias(to,
                                                     {.name = name(text), .is_default = standard, .primary = standard});
           })
        .value();
  }
  std::string primary() {
    const auto all = read([&](Tx& tx) { return tx.public_registries().aliases(account()); }).value();
    return all.empty() ? "" : model::primary_of(all).name.text();
  }
};
BERTH_ON_EVERY_ENGINE(PublicRegistriesTest);

TEST_P(PublicRegistriesTest, AnAliasHasOneRegistry) {
  const auto other = account("210987654321");
  EXPECT_TRUE(add(account(), "a1b2c3d4", true));
  EXPECT_TRUE(add(account(), "company"));
  EXPECT_FALSE(add(other, "company"));
  EXPECT_FALSE(add(account(), "company"));
  const auto holder = [&](const std::string& text) {
    return read([&](Tx& tx) { return tx.public_registries().account_of(text); }).value();
  };
  EXPECT_EQ(holder("company"), account());
  EXPECT_EQ(holder("nobody"), std::nullopt);
  EXPECT_EQ(read([&](Tx& tx) { return tx.public_registries().aliases(account()); })->size(), 2u);
  EXPECT_EQ(primary(), "a1b2c3d4");
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.public_registries().set_primary(account(), name("company")); })));
  EXPECT_EQ(primary(), "company");
  EXPECT_FALSE(*write([&](Tx& tx) { return tx.public_registries().remove_alias(other, name("company")); }));
  EXPECT_TRUE(*write([&](Tx& tx) { return tx.public_registries().remove_alias(account(), name("company")); }));
  EXPECT_EQ(holder("company"), std::nullopt);
}

TEST_P(PublicRegistriesTest, DisplayNamesAreKept) {
  const auto shown = [&] {
    return read([&](Tx& tx) { return tx.public_registries().display_name(account()); }).value();
  };
  EXPECT_EQ(shown(), std::nullopt);
  const auto put = [&](const std::optional<std::string>& text) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.public_registries().put_display_name(account(), text); })));
  };
  put("Company");
  EXPECT_EQ(shown(), "Company");
  put("");
  EXPECT_EQ(shown(), "");
  put(std::nullopt);
  EXPECT_EQ(shown(), std::nullopt);
}

// A public and a private repository of one account and name are two.
TEST_P(PublicRegistriesTest, CatalogsGoWithTheirRepositories) {
  const auto open = make("team/app", model::RegistryRef::public_of(account()));
  const auto closed = make("team/app");
  EXPECT_NE(open, closed);
  const auto found = [&](const std::string& id) {
    return read([&](Tx& tx) { return tx.public_registries().catalog(id); }).value();
  };
  EXPECT_FALSE(found(open));
  const model::CatalogData data{.description = "d",
                                .about_text = std::nullopt,
                                .usage_text = "line\nline",
                                .architectures = std::vector<std::string>{"x86-64", "a\nb"},
                                .operating_systems = std::vector<std::string>{},
                                .logo = std::string("\x89PNG\0\xff", 6)};
  const auto put = [&](const model::CatalogData& value) {
    EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.public_registries().put_catalog(open, value); })));
  };
  put(data);
  auto shown = data;
  shown.logo.reset();
  ASSERT_TRUE(found(open));
  EXPECT_EQ(found(open)->data, shown);
  EXPECT_TRUE(found(open)->has_logo);
  EXPECT_EQ(read([&](Tx& tx) { return tx.public_registries().logo(open); }).value(), data.logo);
  put({});
  EXPECT_EQ(found(open)->data, model::CatalogData());
  EXPECT_FALSE(found(open)->has_logo);
  EXPECT_FALSE(found(closed));
  EXPECT_TRUE(read([&](Tx& tx) { return tx.repositories().find_by_id(open); }).value()->ref.registry.is_public());
  EXPECT_TRUE(ok(write([&](Tx& tx) { return tx.repositories().remove(open); })));
  EXPECT_TRUE(write([&](Tx& tx) { return tx.repository_remains().remove(open, 10); })->last);
  EXPECT_FALSE(found(open));
  EXPECT_TRUE(read([&](Tx& tx) { return tx.repositories().find_by_id(closed); }).value());
}

TEST_P(PublicRegistriesTest, TagsComeWithTheirImages) {
  const auto repo = make("team/app", model::RegistryRef::public_of(account()));
  put(repo, manifest("one", 5), {"b", "a"});
  put(repo, manifest("two", 6), {"c"});
  put(repo, manifest("untagged", 7));
  const auto page = [&](const std::string& after, std::size_t limit) {
    return read([&](Tx& tx) { return tx.public_registries().tags(repo, after, limit); }).value();
  };
  const auto all = page("", 10);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].name, "a");
  EXPECT_EQ(all[0].set, at(9));
  EXPECT_EQ(all[0].image.digest, digest("one"));
  EXPECT_EQ(all[2].image.pushed, at(6));
  EXPECT_EQ(page("a", 1).front().name, "b");
  EXPECT_TRUE(page("c", 1).empty());
}

}  // namespace
}  // namespace berth::meta
