#include "policy/principals.h"

#include <gtest/gtest.h>

namespace berth::policy {
namespace {

constexpr std::string_view kText = R"({"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/ci","arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:assumed-role/ci/s"],"Service":"lambda.amazonaws.com"},"Action":"ecr:*"},
  {"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:user/eve","arn:aws:iam::111122223333:role/ci"]},
    "Action":"ecr:*"},
  {"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]})";

TEST(Principals, AreFoundAndRenamedThereAndBack) {
  const auto document = Document::parse(kText, Kind::repository).value();
  EXPECT_EQ(principals_of(*document),
            (std::vector<std::string>{"arn:aws:iam::111122223333:role/ci", "arn:aws:iam::111122223333:user/eve"}));

  const auto stored = rename_principals(*document, [](std::string_view arn) -> std::optional<std::string> {
    return arn.ends_with("role/ci") ? "AROAEXAMPLEEXAMPLE234" : "AIDAEXAMPLEEXAMPLE234";
  });
  EXPECT_EQ(principals_of(*stored), (std::vector<std::string>{"AROAEXAMPLEEXAMPLE234", "AIDAEXAMPLEEXAMPLE234"}));
  const auto read = Document::parse(stored->print(), Kind::repository);
  ASSERT_TRUE(read) << read.error().message;

  // The role exists still, the user does not.
  const auto shown = rename_principals(**read, [](std::string_view id) -> std::optional<std::string> {
    if (id.starts_with("AROA")) return "arn:aws:iam::111122223333:role/ci";
    return std::nullopt;
  });
  EXPECT_EQ(principals_of(*shown),
            (std::vector<std::string>{"arn:aws:iam::111122223333:role/ci", "AIDAEXAMPLEEXAMPLE234"}));
}

TEST(Principals, AreNotRenamedToWhatIsNone) {
  const auto document = Document::parse(kText, Kind::repository).value();
  for (const char* name : {"*", "arn:aws:iam::111122223333:root", "somebody"}) {
    const auto same =
        rename_principals(*document, [name](std::string_view) { return std::optional<std::string>(name); });
    EXPECT_EQ(same->print(), document->print());
  }
}

}  // namespace
}  // namespace berth::policy
