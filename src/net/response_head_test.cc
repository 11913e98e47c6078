#include "net/response_head.h"

#include <gtest/gtest.h>

namespace berth::net {
namespace {

std::string head(const web::Response& response, Wrapping wrapping = {.date = "D"}) {
  std::string out;
  append_head(out, response, wrapping);
  return out;
}

TEST(ResponseHead, Plain) {
  web::Response response{.status = 202, .body = "abc"};
  response.headers.add("Location", "/x");
  EXPECT_EQ(head(response), "HTTP/1.1 202 Accepted\r\nDate: D\r\nContent-Length: 3\r\nLocation: /x\r\n\r\n");
  EXPECT_TRUE(head(response, {.date = "D", .close = true}).contains("\r\nConnection: close\r\n"));
  EXPECT_TRUE(head(response, {.date = "D", .keep_alive = true}).contains("\r\nConnection: keep-alive\r\n"));
}

TEST(ResponseHead, NoLengthWhereThereIsNoBody) {
  for (const int status : {204, 304}) {
    EXPECT_TRUE(bodiless(status));
    EXPECT_FALSE(head({.status = status, .body = "abc"}).contains("Content-Length"));
  }
  EXPECT_TRUE(head({.status = 200}).contains("Content-Length: 0\r\n"));
  EXPECT_TRUE(head({.announced_length = 77}).contains("Content-Length: 77\r\n"));
}

TEST(ResponseHead, CannotBeSplit) {
  web::Response response;
  response.headers.add("A", "b\r\nInjected: 1\r\n\r\n<html>");
  response.headers.add("Bad\r\nName", "c");
  response.headers.add("Content-Length", "999");
  response.headers.add("connection", "upgrade");
  const auto text = head(response);
  EXPECT_EQ(text, "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\nA: b  Injected: 1    <html>\r\n\r\n");
}

TEST(HttpDate, KnownDates) {
  EXPECT_EQ(http_date(base::from_micros(784'111'777'000'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(base::from_micros(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(base::from_micros(1'709'164'800'999'999)), "Thu, 29 Feb 2024 00:00:00 GMT");
}

}  // namespace
}  // namespace berth::net
