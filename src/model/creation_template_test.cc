#include "model/creation_template.h"

#include <gtest/gtest.h>

#include "base/test_support.h"

namespace berth::model {
namespace {

using base::Errc;
using base::fails_with;

TEST(TemplatePrefix, IsAPathOfNamesOrRoot) {
  for (const auto* const good : {"a", "prod", "prod/", "prod/team", "prod/team/", "ROOT", "a.b_c__d---e/f"}) {
    EXPECT_TRUE(TemplatePrefix::parse(good)) << good;
  }
  for (const auto* const bad : {"", "/", "prod//", "//", "Prod", "ROOT/", "RooT", "-a", "a-", "a..b", " "}) {
    EXPECT_TRUE(fails_with(Errc::name_invalid, TemplatePrefix::parse(bad))) << bad;
  }
  EXPECT_TRUE(TemplatePrefix::parse(std::string(256, 'a')));
  EXPECT_TRUE(fails_with(Errc::name_invalid, TemplatePrefix::parse(std::string(257, 'a'))));
}

TEST(TemplatePrefix, TheSlashIsImplied) {
  EXPECT_EQ(TemplatePrefix::parse("prod/team/")->key(), "prod/team");
  EXPECT_EQ(TemplatePrefix::parse("prod/team")->key(), "prod/team");
  EXPECT_EQ(TemplatePrefix::parse("prod/")->text(), "prod/");
  EXPECT_EQ(TemplatePrefix::parse("ROOT")->key(), "ROOT");
}

TEST(TemplateKeys, LongestFirst) {
  using Keys = std::vector<std::string>;
  EXPECT_EQ(template_keys(RepositoryName::parse("a/b/c").value()), (Keys{"a/b", "a", "ROOT"}));
  EXPECT_EQ(template_keys(RepositoryName::parse("prod").value()), Keys{"ROOT"});
  EXPECT_EQ(template_keys(RepositoryName::parse("production/app").value()), (Keys{"production", "ROOT"}));
}

}  // namespace
}  // namespace berth::model
