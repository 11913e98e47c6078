#include "api/aws/query.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "api/aws/query_xml.h"
#include "json/writer.h"

namespace berth::api::aws {
namespace {

enum class Status : std::uint8_t { active, inactive };
constexpr std::pair<std::string_view, Status> kStatusNames[] = {{"Active", Status::active},
                                                                {"Inactive", Status::inactive}};
constexpr const auto& enum_names(Status) { return kStatusNames; }

bool is_word(std::string_view text) { return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == text.npos; }

struct Tag {
  std::string key, value;

  template <class F>
  void fields(F& f) {
    f.req("Key", key, json::length(1, 128));
    f.req("Value", value);
  }
};

struct Everything {
  std::string user_name;
  std::optional<std::string> path;
  std::optional<std::vector<Tag>> tags;
  std::optional<std::vector<std::string>> keys;
  std::optional<Tag> one;
  std::optional<std::int64_t> max_items;
  std::optional<bool> force;
  std::optional<double> ratio;
  std::optional<base::Timestamp> since;
  std::optional<Status> status;
  std::optional<json::Blob> blob;
  std::optional<std::map<std::string, std::int64_t>> summary;

  template <class F>
  void fields(F& f) {
    f.req("UserName", user_name, json::length(1, 8), json::pattern("[a-z]+", &is_word));
    f.opt("Path", path);
    f.opt("Tags", tags, json::items(0, 3));
    f.opt("TagKeys", keys);
    f.opt("One", one);
    f.opt("MaxItems", max_items, json::range(1, 1000));
    f.opt("Force", force);
    f.opt("Ratio", ratio);
    f.opt("Since", since);
    f.opt("Status", status);
    f.opt("Blob", blob);
    f.opt("Summary", summary);
  }
};

// What a form says, written as JSON: the one form in which all members can be compared at once.
std::string as_json(std::string_view text) {
  const auto form = web::Query::parse(text);
  const auto value = query_value(*form, json::describe<Everything>());
  return value ? json::write(*value) : std::string(base::name(value.error().code)) + ": " + value.error().message;
}

TEST(Query, Flattening) {
  EXPECT_EQ(as_json("UserName=ann&Action=X&Unknown.member.1=2"), R"({"UserName":"ann"})");
  EXPECT_EQ(as_json("Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Value=d&Tags.member.2.Key=c"),
            R"({"Tags":[{"Key":"a","Value":"b"},{"Key":"c","Value":"d"}]})");
  EXPECT_EQ(as_json("TagKeys.member.10=c&TagKeys.member.2=b&TagKeys.member.1=a"), R"({"TagKeys":["a","b","c"]})");
  EXPECT_EQ(as_json("TagKeys="), R"({"TagKeys":[]})");
  EXPECT_EQ(as_json("TagKeys.member="), R"({"TagKeys":[]})");
  EXPECT_EQ(as_json("TagKeys=x"), "{}");
  EXPECT_EQ(as_json("One.Key=k&One.Value=&One=x"), R"({"One":{"Key":"k","Value":""}})");
  EXPECT_EQ(as_json("One-Key=k&One.=2&One"), R"({"One":{}})");
  EXPECT_EQ(as_json("TagKeys.member.1-x=2"), "serialization: A list has no element '1-x'");
  EXPECT_EQ(as_json("UserName.Key=x&UserName-=y"), "{}");
}

TEST(Query, IndexesCostNothing) {
  EXPECT_EQ(as_json("TagKeys.member.18446744073709551615=b&TagKeys.member.999999999999=a"), R"({"TagKeys":["a","b"]})");
  for (const auto* const index : {"0", "01", "-1", "x", "", "18446744073709551616", "1e3"}) {
    EXPECT_EQ(as_json("TagKeys.member." + std::string(index) + "=a"),
              "serialization: A list has no element '" + std::string(index) + "'");
  }
  EXPECT_EQ(as_json("Tags.member.1=a"), R"({"Tags":[null]})") << "a structure, not a text: refused by the reader";
}

TEST(Query, Scalars) {
  EXPECT_EQ(as_json("MaxItems=12&Force=true&Ratio=0.5&Status=Active&Blob=aGk%3D&Since=2026-01-01T00:00:00Z"),
            R"({"MaxItems":12,"Force":true,"Ratio":0.5,"Since":1767225600,"Status":"Active","Blob":"aGk="})");
  EXPECT_EQ(as_json("Force=False"), R"({"Force":false})");
  for (const auto* const wrong : {"MaxItems=", "MaxItems=1.5", "MaxItems=99999999999999999999", "MaxItems=%201"}) {
    EXPECT_EQ(as_json(wrong), "serialization: A value that is not an Integer") << wrong;
  }
  EXPECT_EQ(as_json("Force=yes"), "serialization: A value that is not a Boolean");
  EXPECT_EQ(as_json("Ratio=1x"), "serialization: A value that is not a Double");
  for (const auto* const wrong : {"Since=2026", "Since=2026-01-01 00:00:00Z", "Since=2026-13-01T00:00:00Z"}) {
    EXPECT_EQ(as_json(wrong), "serialization: A value that is not a Timestamp") << wrong;
  }
}

std::string why(std::string_view text) {
  const auto form = web::Query::parse(text);
  const auto decoded = decode_query<Everything>(*form);
  return decoded ? "" : std::string(base::name(decoded.error().code)) + ": " + decoded.error().message;
}

TEST(Query, RulesInTheFrameworksWords) {
  const auto at = [](std::string_view path, std::string_view rule) {
    return "validation: 1 validation error detected: Value at '" + std::string(path) +
           "' failed to satisfy constraint: " + std::string(rule);
  };
  EXPECT_EQ(why("UserName=ann"), "");
  EXPECT_EQ(why(""), at("userName", "Member must not be null"));
  EXPECT_EQ(why("UserName=annannann"), at("userName", "Member must have length less than or equal to 8"));
  EXPECT_EQ(why("UserName="), at("userName", "Member must have length greater than or equal to 1"));
  EXPECT_EQ(why("UserName=Ann"), at("userName", "Member must satisfy regular expression pattern: [a-z]+"));
  EXPECT_EQ(why("UserName=a&MaxItems=0"), at("maxItems", "Member must have value greater than or equal to 1"));
  EXPECT_EQ(why("UserName=a&Status=Gone"), at("status", "Member must satisfy enum value set: [Active, Inactive]"));
  EXPECT_EQ(why("UserName=a&Tags.member.1.Key=a"), at("tags.1.member.value", "Member must not be null"));
  EXPECT_EQ(why("UserName=a&Tags.member.7.Key=&Tags.member.7.Value="),
            at("tags.1.member.key", "Member must have length greater than or equal to 1"));
  EXPECT_EQ(why("UserName=a&Tags.member.1=x"), at("tags.1.member", "Member must not be null"));
  EXPECT_EQ(why("UserName=a&TagKeys.member.1=a&TagKeys.member.2=b&Tags.member.1.Key=a&Tags.member.1.Value=b&"
                "Tags.member.2.Key=a&Tags.member.2.Value=b&Tags.member.3.Key=a&Tags.member.3.Value=b&"
                "Tags.member.4.Key=a&Tags.member.4.Value=b"),
            at("tags", "Member must have length less than or equal to 3"));
}

TEST(Query, Forms) {
  web::Request request{.method = web::Method::post, .target = "/"};
  const auto problem = [&](std::string_view body) {
    const auto form = query_form(request, body);
    return form ? "" : form.error().message;
  };
  EXPECT_EQ(problem("Action=A&B=c"), "");
  EXPECT_EQ(problem("Action=%Z"), "The request is not a form: a percent-encoding is malformed");
  EXPECT_EQ(problem("Action=A&B=c&B=c"), "The request has a parameter twice");
  EXPECT_EQ(problem("Action=A&B=%C3%A4"), "");
  EXPECT_EQ(problem("Action=A&B=%E4"), "The request has a parameter that is not UTF-8");
  std::string many;
  for (std::size_t i = 0; i <= kMaxQueryParameters; ++i) many += "a" + std::to_string(i) + "&";
  EXPECT_EQ(problem(many), "The request has more than 10000 parameters");
  request.target = "/?Action=InQuery";
  EXPECT_EQ(query_form(request, "Action=InBody")->get("Action"), "InQuery");
}

TEST(Query, Xml) {
  const Everything all{.user_name = "a<b",
                       .path = "/",
                       .tags = std::vector<Tag>{{.key = "k", .value = "v"}},
                       .keys = std::vector<std::string>(),
                       .one = {},
                       .max_items = 3,
                       .force = true,
                       .ratio = 0.5,
                       .since = base::from_micros(1'767'225'600'999'999),
                       .status = Status::inactive,
                       .blob = json::Blob{.bytes = "hi"},
                       .summary = std::map<std::string, std::int64_t>{{"Users", 2}}};
  XmlWriter out;
  write_xml(out, "R", all);
  EXPECT_EQ(out.take(),
            "<R><UserName>a&lt;b</UserName><Path>/</Path><Tags><member><Key>k</Key><Value>v</Value></member></Tags>"
            "<TagKeys></TagKeys><MaxItems>3</MaxItems><Force>true</Force><Ratio>0.5</Ratio>"
            "<Since>2026-01-01T00:00:00Z</Since><Status>Inactive</Status><Blob>aGk=</Blob>"
            "<Summary><entry><key>Users</key><value>2</value></entry></Summary></R>");
}

}  // namespace
}  // namespace berth::api::aws
