// What parses, what does not and why, and the normal form.
#include "policy/document.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "json/parse.h"
#include "json/writer.h"

namespace berth::policy {
namespace {

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

Kind kind_named(std::string_view name) {
  if (name == "trust") return Kind::trust;
  if (name == "repository") return Kind::repository;
  if (name == "registry") return Kind::registry;
  if (name == "service_control") return Kind::service_control;
  if (name == "endpoint") return Kind::endpoint;
  return Kind::identity;
}

// testdata/documents.json: {"kind", "document" or its "text", "why": what the error begins with, empty: it is fine}.
TEST(Document, SaysWhatIsWrongAndWhere) {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "testdata" / "documents.json");
  const auto cases = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
  ASSERT_TRUE(cases) << "documents.json is not there; run this in the folder of the build";
  for (const json::Value& each : *cases->as_array()) {
    const std::string* const given = each.find_string("text");
    const std::string text = given != nullptr ? *given : json::write(*each.find("document"));
    const auto document = Document::parse(text, kind_named(*each.find_string("kind")));
    const std::string& why = *each.find_string("why");
    if (document) {
      EXPECT_EQ(why, "") << text;
    } else {
      EXPECT_EQ(document.error().code, base::Errc::policy_malformed);
      EXPECT_EQ(document.error().message.substr(0, why.empty() ? std::string::npos : why.size()), why) << text;
    }
  }
}

TEST(Document, PrintsEveryElement) {
  const auto document = Document::parse(
      R"({"Version":"2012-10-17","Id":"i","Statement":[
          {"Effect":"Deny","NotPrincipal":{"AWS":["111122223333","AIDAEXAMPLEEXAMPLE234"],"Service":"a.b"},
           "NotAction":["ecr:*"],"NotResource":["*"],
           "Condition":{"StringLike":{"a:b":["x"],"a:c":["y","z"]},"Bool":{"a:d":true},"Null":{"a:e":[]}}},
          {"Sid":"s","Effect":"Allow","Principal":"*","Action":"*"}]})",
      Kind::repository);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ((*document)->print(), R"({
  "Version" : "2012-10-17",
  "Id" : "i",
  "Statement" : [ {
    "Effect" : "Deny",
    "NotPrincipal" : {
      "AWS" : [ "arn:aws:iam::111122223333:root", "AIDAEXAMPLEEXAMPLE234" ],
      "Service" : "a.b"
    },
    "NotAction" : "ecr:*",
    "NotResource" : "*",
    "Condition" : {
      "StringLike" : {
        "a:b" : "x",
        "a:c" : [ "y", "z" ]
      },
      "Bool" : {
        "a:d" : "true"
      },
      "Null" : {
        "a:e" : [ ]
      }
    }
  }, {
    "Sid" : "s",
    "Effect" : "Allow",
    "Principal" : "*",
    "Action" : "*"
  } ]
})");
}

TEST(Document, TellsTheKeysItReads) {
  const auto document = Document::parse(
      R"({"Version":"2012-10-17","Statement":[
          {"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/${*}",
           "Condition":{"StringEquals":{"aws:PrincipalTag/Team":"${aws:UserName, 'x'}","AWS:principaltag/team":"y"}}},
          {"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"aws:CurrentTime":"true"}}}]})",
      Kind::identity);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(context_keys(**document),
            (std::vector<std::string>{"aws:username", "aws:PrincipalTag/Team", "aws:CurrentTime"}));
  EXPECT_EQ((*document)->reads(),
            (std::vector<std::string>{"aws:currenttime", "aws:principaltag/team", "aws:username"}));
}

}  // namespace
}  // namespace berth::policy
