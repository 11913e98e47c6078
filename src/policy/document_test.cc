// What parses, what does not and why, and the normal form.
#include "policy/document.h"

#include <gtest/gtest.h>

namespace berth::policy {
namespace {

std::string why(std::string_view text, Kind kind) {
  const auto document = Document::parse(text, kind);
  return document ? "" : document.error().message;
}

TEST(Document, PrintsAsEcrDoes) {
  const auto document = Document::parse(
      R"({"Statement":{"Sid":"AllowPushPull","Effect":"Allow","Principal":{"AWS":"012345678910"},
          "Action":["ecr:BatchGetImage","ecr:PutImage"]}})",
      Kind::repository);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ((*document)->print(),
            "{\n"
            "  \"Version\" : \"2008-10-17\",\n"
            "  \"Statement\" : [ {\n"
            "    \"Sid\" : \"AllowPushPull\",\n"
            "    \"Effect\" : \"Allow\",\n"
            "    \"Principal\" : {\n"
            "      \"AWS\" : \"arn:aws:iam::012345678910:root\"\n"
            "    },\n"
            "    \"Action\" : [ \"ecr:BatchGetImage\", \"ecr:PutImage\" ]\n"
            "  } ]\n"
            "}");
}

TEST(Document, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(
      why(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"x","Resource":"*"}]})", Kind::identity),
      "Statement[0].Action[0]: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
}

}  // namespace
}  // namespace berth::policy
