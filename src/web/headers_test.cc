#include "web/headers.h"

#include <gtest/gtest.h>

#include "web/request.h"
#include "web/response.h"

namespace berth::web {
namespace {

TEST(Headers, NamesHaveNoCaseAndMayRepeat) {
  Headers headers;
  headers.add("Link", "a");
  headers.add("link", "b");
  EXPECT_EQ(headers.get("LINK"), "a");
  EXPECT_EQ(headers.count("Link"), 2u);
  headers.set("lInk", "c");
  EXPECT_EQ(headers.count("Link"), 1u);
  EXPECT_EQ(headers.get("link"), "c");
  EXPECT_FALSE(headers.find("other"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
}

TEST(Method, Names) {
  for (const auto* text : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(name(method_from(text)), text);
  }
  EXPECT_EQ(method_from("get"), Method::other);
  EXPECT_EQ(name(Method::other), "-");
}

TEST(Request, PathAndQuery) {
  Request request;
  request.target = "/a?b?c";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "b?c");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

TEST(Response, BodyLength) {
  Response response;
  EXPECT_EQ(body_length(response), 0u);
  response.body = "abc";
  EXPECT_EQ(body_length(response), 3u);
  response.body = SharedBody();
  EXPECT_EQ(body_length(response), 0u);
  response.body = std::make_shared<const std::string>("abcd");
  EXPECT_EQ(body_length(response), 4u);
  response.body = FileBody{.file = nullptr, .offset = 5, .length = 7};
  EXPECT_EQ(body_length(response), 7u);
  response.body = StreamBody{.source = nullptr, .length = 9};
  EXPECT_EQ(body_length(response), 9u);
  response.announced_length = 11;
  EXPECT_EQ(body_length(response), 11u);
}

TEST(Response, Reason) {
  EXPECT_EQ(reason(202), "Accepted");
  EXPECT_FALSE(reason(299).empty());
}

}  // namespace
}  // namespace berth::web
