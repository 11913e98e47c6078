#include "json/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::json {
namespace {

using base::Errc;
using testing::HasSubstr;

enum class Colour : std::uint8_t { red, dark_blue };
constexpr std::pair<std::string_view, Colour> kColours[] = {{"RED", Colour::red}, {"DARK_BLUE", Colour::dark_blue}};
constexpr const auto& enum_names(Colour) { return kColours; }

bool only_a(std::string_view text) { return text.find_first_not_of('a') == std::string_view::npos; }

struct Tag {
  std::string key;
  std::string value;
  template <class F>
  void fields(F& f) {
    f.req("Key", key);
    f.req("Value", value);
  }
};

struct Everything {
  std::string name;
  std::optional<std::int64_t> count;
  std::optional<double> ratio;
  bool force = false;
  std::optional<Blob> blob;
  std::optional<base::Timestamp> when;
  std::optional<Colour> colour;
  std::optional<std::vector<std::string>> words;
  std::vector<Tag> tags;
  std::optional<Tag> tag;
  std::optional<std::map<std::string, std::string>> notes;
  std::optional<std::map<std::string, std::int64_t>> counts;

  template <class F>
  void fields(F& f) {
    f.req("name", name, length(2, 4), pattern("a+", &only_a));
    f.opt("count", count, range(1, 1000));
    f.opt("ratio", ratio);
    f.opt("force", force);
    f.opt("blob", blob, length(0, 3));
    f.opt("when", when);
    f.opt("colour", colour);
    f.opt("words", words, items(1, 2), length(1, 3));
    f.opt("tags", tags);
    f.opt("tag", tag);
    f.opt("notes", notes, items(0, 2), length(0, 5));
    f.opt("counts", counts);
  }
};

Everything good(std::string_view text) {
  auto shape = decode<Everything>(text);
  EXPECT_TRUE(shape) << text << ": " << (shape ? "" : shape.error().message);
  return shape ? *std::move(shape) : Everything();
}

// The message, after checking the code.
std::string refusal(Errc code, std::string_view text) {
  const auto shape = decode<Everything>(text);
  EXPECT_FALSE(shape) << text;
  if (shape) return {};
  EXPECT_EQ(shape.error().code, code) << shape.error().message;
  return shape.error().message;
}

std::string broken_rule(std::string_view text) { return refusal(Errc::invalid_parameter, text); }
std::string wrong_type(std::string_view text) { return refusal(Errc::serialization, text); }

TEST(Decode, ReadsEveryType) {
  const auto shape = good(R"({"name":"aaa","count":5,"ratio":1.5,"force":true,"blob":"AQI=","when":1563223656.123456,
    "colour":"DARK_BLUE","words":["x","yy"],"tags":[{"Key":"k","Value":"v"}],"tag":{"Key":"","Value":""},
    "notes":{"n":"1"},"counts":{"HIGH":3}})");
  EXPECT_EQ(shape.name, "aaa");
  EXPECT_EQ(shape.count, 5);
  EXPECT_EQ(shape.ratio, 1.5);
  EXPECT_TRUE(shape.force);
  EXPECT_EQ(shape.blob->bytes, "\x01\x02");
  EXPECT_EQ(base::to_micros(*shape.when), 1'563'223'656'123'456);
  EXPECT_EQ(shape.colour, Colour::dark_blue);
  EXPECT_THAT(*shape.words, testing::ElementsAre("x", "yy"));
  EXPECT_EQ(shape.tags.at(0).value, "v");
  EXPECT_TRUE(shape.tag);
  EXPECT_EQ(shape.notes->at("n"), "1");
  EXPECT_EQ(shape.counts->at("HIGH"), 3);
}

TEST(Decode, LeavesAbsentMembersAlone) {
  const auto shape = good(R"({"name":"aa"})");
  EXPECT_FALSE(shape.count || shape.blob || shape.words || shape.tag || shape.notes || shape.force);
  EXPECT_TRUE(shape.tags.empty());
}

TEST(Decode, IgnoresUnknownMembersAndTakesNullForAbsent) {
  const auto shape = good(R"({"name":"aa","future":{"deep":[1]},"count":null,"force":null,"tags":null})");
  EXPECT_FALSE(shape.count);
  EXPECT_FALSE(shape.force);
}

TEST(Decode, WantsRequiredMembers) {
  constexpr auto kText = "Invalid parameter at 'name' failed to satisfy constraint: 'Member must not be null'";
  EXPECT_EQ(broken_rule("{}"), kText);
  EXPECT_EQ(broken_rule(R"({"name":null})"), kText);
  EXPECT_EQ(broken_rule(R"({"Name":"aa"})"), kText);
  EXPECT_EQ(broken_rule(R"({"name":"aa","tags":[{"Key":"k"}]})"),
            "Invalid parameter at 'tags.1.member.value' failed to satisfy constraint: 'Member must not be null'");
  EXPECT_THAT(broken_rule(R"({"name":"aa","tags":[{"Key":"k","Value":""},null]})"), HasSubstr("'tags.2.member'"));
  EXPECT_THAT(broken_rule(R"({"name":"aa","notes":{"n":null}})"), HasSubstr("'notes.n'"));
}

TEST(Decode, ChecksStrings) {
  EXPECT_EQ(broken_rule(R"({"name":"a"})"),
            "Invalid parameter at 'name' failed to satisfy constraint: 'must have length greater than or equal to 2'");
  EXPECT_EQ(broken_rule(R"({"name":"aaaaa"})"),
            "Invalid parameter at 'name' failed to satisfy constraint: 'must have length less than or equal to 4'");
  EXPECT_EQ(broken_rule(R"({"name":"abc"})"),
            "Invalid parameter at 'name' failed to satisfy constraint: 'must satisfy regular expression 'a+''");
  EXPECT_THAT(broken_rule(R"({"name":"a\u0000"})"), HasSubstr("regular expression"));
  EXPECT_THAT(broken_rule(R"({"name":"aa","words":["x\u0000"]})"), HasSubstr("U+0000"));
  EXPECT_THAT(broken_rule(R"({"name":"aa","words":["x","four"]})"), HasSubstr("at 'words'"));
  EXPECT_EQ(good("{\"name\":\"aa\",\"words\":[\"\u00e9\u00e9\u00e9\"]}").words->size(), 1U);  // characters, not bytes
}

TEST(Decode, ChecksIntegersListsMapsAndBlobs) {
  EXPECT_EQ(
      broken_rule(R"({"name":"aa","count":1001})"),
      "Invalid parameter at 'count' failed to satisfy constraint: 'Member must have value less than or equal to 1000'");
  EXPECT_THAT(broken_rule(R"({"name":"aa","count":0})"), HasSubstr("value greater than or equal to 1'"));
  EXPECT_EQ(broken_rule(R"({"name":"aa","words":[]})"),
            "Invalid parameter at 'words' failed to satisfy constraint: 'Member must have length greater than or equal "
            "to 1'");
  EXPECT_THAT(broken_rule(R"({"name":"aa","words":["a","b","c"]})"), HasSubstr("length less than or equal to 2'"));
  EXPECT_THAT(broken_rule(R"({"name":"aa","notes":{"a":"","b":"","c":""}})"), HasSubstr("length less than or equal"));
  EXPECT_THAT(broken_rule(R"({"name":"aa","blob":"AAAAAA=="})"), HasSubstr("'blob'"));
}

TEST(Decode, ChecksEnumerations) {
  EXPECT_EQ(broken_rule(R"({"name":"aa","colour":"GREEN"})"),
            "Invalid parameter at 'colour' failed to satisfy constraint: 'Member must satisfy enum value set: [RED, "
            "DARK_BLUE]'");
  EXPECT_THAT(broken_rule(R"({"name":"aa","colour":"red"})"), HasSubstr("enum value set"));
}

TEST(Decode, TellsWrongTypesApart) {
  EXPECT_EQ(wrong_type(R"({"name":1})"), "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(wrong_type(R"({"name":true})"), "TRUE_VALUE can not be converted to a String");
  EXPECT_EQ(wrong_type(R"({"name":["aa"]})"), "Start of list found where not expected");
  EXPECT_EQ(wrong_type(R"({"name":{}})"), "Start of structure or map found where not expected.");
  EXPECT_EQ(wrong_type(R"({"name":"aa","count":"5"})"), "STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(wrong_type(R"({"name":"aa","count":5.5})"), "DECIMAL_VALUE can not be converted to an Integer");
  EXPECT_EQ(wrong_type(R"({"name":"aa","force":"true"})"), "STRING_VALUE can not be converted to a Boolean");
  for (const auto* text :
       {R"({"name":"aa","count":99999999999999999999})", R"({"name":"aa","ratio":"1"})", R"({"name":"aa","blob":"A"})",
        R"({"name":"aa","blob":"!!!!"})", R"({"name":"aa","blob":1})", R"({"name":"aa","when":"2020"})",
        R"({"name":"aa","when":1e300})", R"({"name":"aa","words":"x"})", R"({"name":"aa","words":{}})",
        R"({"name":"aa","words":[1]})", R"({"name":"aa","tag":"x"})", R"({"name":"aa","tags":[[]]})",
        R"({"name":"aa","notes":[]})", R"({"name":"aa","notes":{"n":1}})", R"({"name":"aa","colour":1})"}) {
    EXPECT_NE(wrong_type(text), "") << text;
  }
}

TEST(Decode, RefusesWhatIsNoObject) {
  for (const auto* text : {"", "[]", "null", "\"x\"", "{", "{\"name\":\"aa\",\"name\":\"aa\"}"}) {
    EXPECT_NE(wrong_type(text), "") << text;
  }
}

TEST(Encode, LeavesOutWhatIsEmptyAndKeepsTheRest) {
  Everything shape;
  shape.name = "aa";
  EXPECT_EQ(encode(shape), R"({"name":"aa","force":false,"tags":[]})");
}

TEST(Encode, ReadsBackTheSame) {
  constexpr std::string_view kText =
      R"({"name":"aaa","count":5,"ratio":1.5,"force":true,"blob":"AQI=","when":1563223656.123456,"colour":"DARK_BLUE",)"
      R"("words":["x","yy"],"tags":[{"Key":"k","Value":"v"}],"tag":{"Key":"","Value":""},"notes":{"n":"1"},)"
      R"("counts":{"HIGH":3}})";
  EXPECT_EQ(encode(good(kText)), kText);
}

TEST(Encode, CarriesEveryMicrosecond) {
  for (const std::int64_t micros : {1'563'223'656'123'456LL, 4'102'444'799'999'999LL, 1LL, 0LL}) {
    Everything shape;
    shape.name = "aa";
    shape.when = base::from_micros(micros);
    EXPECT_EQ(base::to_micros(*good(encode(shape)).when), micros);
  }
}

TEST(Describe, TellsWhatIsDeclared) {
  Writer out;
  write_description(out, describe<Everything>());
  EXPECT_EQ(
      out.text(),
      R"({"kind":"structure","members":[{"name":"name","required":true,"kind":"string","min":2,"max":4,"pattern":"a+"},)"
      R"({"name":"count","required":false,"kind":"integer","min":1,"max":1000},)"
      R"({"name":"ratio","required":false,"kind":"number"},{"name":"force","required":false,"kind":"boolean"},)"
      R"({"name":"blob","required":false,"kind":"blob","max":3},{"name":"when","required":false,"kind":"timestamp"},)"
      R"({"name":"colour","required":false,"kind":"string","enum":["RED","DARK_BLUE"]},)"
      R"({"name":"words","required":false,"kind":"list","min":1,"max":2,"element":{"kind":"string","min":1,"max":3}},)"
      R"({"name":"tags","required":false,"kind":"list","element":{"kind":"structure","members":[)"
      R"({"name":"Key","required":true,"kind":"string"},{"name":"Value","required":true,"kind":"string"}]}},)"
      R"({"name":"tag","required":false,"kind":"structure","members":[)"
      R"({"name":"Key","required":true,"kind":"string"},{"name":"Value","required":true,"kind":"string"}]},)"
      R"({"name":"notes","required":false,"kind":"map","max":2,"element":{"kind":"string","max":5}},)"
      R"({"name":"counts","required":false,"kind":"map","element":{"kind":"integer"}}]})");
}

}  // namespace
}  // namespace berth::json
