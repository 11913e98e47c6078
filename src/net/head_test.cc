#include "net/head.h"

#include <gtest/gtest.h>

#include <string>

namespace berth::net {
namespace {

const Limits kLimits;

int status_of(std::string_view text) {
  HeadScanner scanner(kLimits);
  const auto found = scanner.scan(text);
  if (found.status != 0) return found.status;
  if (found.length == 0) return 0;
  const auto parsed = parse_head(text.substr(0, found.length));
  const auto* refused = std::get_if<Refused>(&parsed);
  return refused ? refused->status : 200;
}

Head good(std::string_view text) {
  auto parsed = parse_head(text);
  if (auto* head = std::get_if<Head>(&parsed)) return std::move(*head);
  ADD_FAILURE() << text;
  return {};
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesCome) {
  const std::string text = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\nrest";
  HeadScanner at_once(kLimits);
  EXPECT_EQ(at_once.scan(text).length, text.size() - 4);
  HeadScanner slow(kLimits);
  for (std::size_t n = 1; n < text.size() - 4; ++n) {
    const auto found = slow.scan(std::string_view(text).substr(0, n));
    EXPECT_EQ(found.length, 0u) << n;
    EXPECT_EQ(found.status, 0) << n;
  }
  EXPECT_EQ(slow.scan(text).length, text.size() - 4);
}

TEST(HeadScanner, Limits) {
  Limits limits{.max_request_line = 50, .max_head_bytes = 200, .max_fields = 3};
  const auto scan = [&](const std::string& text) { return HeadScanner(limits).scan(text).status; };
  EXPECT_EQ(scan("GET /" + std::string(50, 'a')), 414);
  EXPECT_EQ(scan("GET /" + std::string(50, 'a') + " HTTP/1.1\r\n"), 414);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: " + std::string(200, 'a')), 431);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"), 0);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"), 431);
}

TEST(HeadScanner, WhatCanNeverBeGood) {
  EXPECT_EQ(status_of("\x16\x03\x01"), 400);  // TLS
  EXPECT_EQ(status_of(std::string_view("\0", 1)), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\n\tfolded\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n Host: x\r\n"), 400);
}

TEST(ParseHead, AnOrdinaryRequest) {
  const auto head =
      good("PUT /v2/a?b=%20c HTTP/1.1\r\nhost: r.example:5000\r\nContent-Length: 12\r\nX-A: 1\r\nx-a:  2 \r\n\r\n");
  EXPECT_EQ(head.request.method, web::Method::put);
  EXPECT_EQ(head.request.target, "/v2/a?b=%20c");
  EXPECT_EQ(head.request.host, "r.example:5000");
  EXPECT_EQ(head.request.content_length, 12u);
  EXPECT_TRUE(head.request.has_body);
  EXPECT_EQ(head.request.headers.count("X-A"), 2u);
  EXPECT_EQ((head.request.headers.begin() + 3)->second, "2");
  EXPECT_EQ(head.framing.length, 12u);
  EXPECT_FALSE(head.framing.chunked);
  EXPECT_TRUE(head.framing.keep_alive);
}

TEST(ParseHead, KeepAlive) {
  EXPECT_FALSE(good("GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n").framing.keep_alive);
  EXPECT_FALSE(good("GET / HTTP/1.1\r\nHost: x\r\nConnection: a, close\r\n\r\n").framing.keep_alive);
  EXPECT_FALSE(good("GET / HTTP/1.0\r\n\r\n").framing.keep_alive);
  EXPECT_TRUE(good("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").framing.keep_alive);
}

TEST(ParseHead, Bodies) {
  const auto none = good("POST / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_FALSE(none.request.has_body);
  EXPECT_FALSE(none.request.content_length);
  const auto empty = good("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(empty.request.has_body);
  EXPECT_EQ(empty.request.content_length, 0u);
  const auto chunked = good("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_TRUE(chunked.framing.chunked);
  EXPECT_TRUE(chunked.framing.expects_continue);
  EXPECT_FALSE(chunked.request.content_length);
  EXPECT_FALSE(good("GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n").framing.expects_continue);
}

TEST(ParseHead, AbsoluteForm) {
  const auto head = good("GET http://real.example:80/a?b HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(head.request.target, "/a?b");
  EXPECT_EQ(head.request.host, "real.example:80");
  EXPECT_EQ(good("GET HTTPS://h HTTP/1.1\r\nHost: h\r\n\r\n").request.target, "/");
  EXPECT_EQ(good("GET http://h?q HTTP/1.1\r\nHost: h\r\n\r\n").request.target, "/?q");
  EXPECT_EQ(good("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").request.target, "*");
}

TEST(ParseHead, Smuggling) {
  const auto with = [](const std::string& fields) {
    return status_of("POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
  };
  EXPECT_EQ(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400);
  for (const auto* value : {"5, 5", "+5", "-1", "", "0x5", "5 5", "5a", "18446744073709551616", "1e3", "5,"}) {
    EXPECT_EQ(with(std::string("Content-Length: ") + value + "\r\n"), 400) << value;
  }
  EXPECT_EQ(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(with("Transfer-Encoding: gzip, chunked\r\n"), 501);
  EXPECT_EQ(with("Transfer-Encoding: identity\r\n"), 501);
  EXPECT_EQ(with("Transfer-Encoding: xchunked\r\n"), 501);
  EXPECT_EQ(with("Transfer-Encoding: \"chunked\"\r\n"), 501);
  EXPECT_EQ(with("Transfer-Encoding: \x0b"
                 "chunked\r\n"),
            400);
  EXPECT_EQ(with("Transfer-Encoding : chunked\r\n"), 400);
  EXPECT_EQ(with("Content-Length : 5\r\n"), 400);
  EXPECT_EQ(with("X: a\rb\r\n"), 400);
  EXPECT_EQ(with(std::string("X: a\0b\r\n", 8)), 400);
  EXPECT_EQ(with("X\x80: a\r\n"), 400);
  EXPECT_EQ(with(": a\r\n"), 400);
  EXPECT_EQ(with("no colon\r\n"), 400);
  EXPECT_EQ(with("Expect: something\r\n"), 417);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(ParseHead, Hosts) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 200);
  for (const auto* bad : {"a b", "u@h", "h/p", "h:port", "h:123456", "[::1", "[x]", "h:1:2", "a\"b"}) {
    EXPECT_FALSE(valid_host(bad)) << bad;
    EXPECT_EQ(status_of(std::string("GET / HTTP/1.1\r\nHost: ") + bad + "\r\n\r\n"), 400) << bad;
  }
  for (const auto* fine : {"a", "a.b-c:80", "127.0.0.1:5000", "[::1]", "[::1]:80", "a_b"})
    EXPECT_TRUE(valid_host(fine)) << fine;
}

TEST(ParseHead, RequestLines) {
  const auto line = [](const std::string& text) { return status_of(text + "\r\nHost: x\r\n\r\n"); };
  EXPECT_EQ(line("GET / HTTP/1.1"), 200);
  EXPECT_EQ(line("BREW /%zz HTTP/1.1"), 200);  // escapes are the adapters' business
  EXPECT_EQ(line("GET / HTTP/2.0"), 505);
  EXPECT_EQ(line("GET / HTTP/0.9"), 505);
  EXPECT_EQ(line("PRI * HTTP/2.0"), 505);
  for (const auto* bad :
       {"GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / HTTP/1.x", "GET / http/1.1", "GET", "GET v2 HTTP/1.1",
        "GET * HTTP/1.1", "CONNECT h:80 HTTP/1.1", "GET /a#b HTTP/1.1", "GET /\x80 HTTP/1.1", "GET ftp://h/ HTTP/1.1",
        "GET http:/// HTTP/1.1", "GET /\t HTTP/1.1", "GET http://u@h/ HTTP/1.1", "G\"T / HTTP/1.1"}) {
    EXPECT_EQ(line(bad), 400) << bad;
  }
}

}  // namespace
}  // namespace berth::net
