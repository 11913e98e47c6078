#include "net/chunked.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"

namespace berth::net {
namespace {

struct Decoded {
  std::string payload;
  std::string rest;  // what came after the end
  bool done = false, bad = false;
};

// In pieces of `step` bytes.
Decoded decode(std::string text, std::size_t step) {
  ChunkedDecoder decoder;
  Decoded out;
  for (std::size_t at = 0; at < text.size();) {
    const auto piece = std::as_writable_bytes(std::span(text)).subspan(at, std::min(step, text.size() - at));
    const auto [used, payload] = decoder.decode(piece);
    out.payload += base::as_text(piece.first(payload));
    at += used;
    if (decoder.done() || decoder.bad()) {
      out.rest = text.substr(at);
      break;
    }
    EXPECT_EQ(used, piece.size());
  }
  out.done = decoder.done();
  out.bad = decoder.bad();
  return out;
}

TEST(Chunked, DecodesHoweverTheBytesCome) {
  const std::string text =
      "4\r\nWiki\r\n006;a=b;c=\"d;e\"\r\npedia \r\nB\r\nin\r\nchunks!\r\n0\r\nTrailer: x\r\n\r\nNEXT";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const auto out = decode(text, step);
    EXPECT_TRUE(out.done) << step;
    EXPECT_EQ(out.payload, "Wikipedia in\r\nchunks!") << step;
    EXPECT_EQ(out.rest, "NEXT") << step;
  }
}

TEST(Chunked, Empty) {
  EXPECT_TRUE(decode("0\r\n\r\n", 1).done);
  EXPECT_TRUE(decode("000\r\n\r\n", 9).done);
}

TEST(Chunked, RefusesWhatIsMalformed) {
  for (const auto* text : {"\r\n",
                           "x\r\n",
                           "-1\r\n",
                           "+1\r\n",
                           " 1\r\n",
                           "1 \r\n",
                           "0x1\r\n",
                           "1\n",
                           "1\r\nab",
                           "1\r\na\n",
                           "1\r\na\r\r",
                           "1\r\na\r\n\r\n",
                           "0\r\n\n",
                           "0\r\nA: b\n",
                           "0\r\n\r\r",
                           "1;a\nb\r\n",
                           "FFFFFFFFFFFFFFFFF\r\n",
                           "8000000000000000\r\n",
                           "1\rx",
                           "1;\x01\r\n"}) {
    for (const std::size_t step : {1u, 100u}) EXPECT_TRUE(decode(text, step).bad) << text;
  }
}

TEST(Chunked, BoundsWhatIsNotBody) {
  constexpr auto kMax = ChunkedDecoder::kMaxOverhead;
  EXPECT_TRUE(decode("1;" + std::string(kMax + 10, 'x'), 1000).bad);
  EXPECT_TRUE(decode("0\r\nA: " + std::string(kMax + 10, 'x'), 1000).bad);
  EXPECT_TRUE(decode(std::string(kMax + 10, '0'), 1000).bad);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "1\r\na\r\n";
  EXPECT_TRUE(decode(many + "0\r\n\r\n", 777).done);
}

TEST(Chunked, KnowsWhatIsLeftOfAChunk) {
  ChunkedDecoder decoder;
  std::string text = "10\r\nabc";
  decoder.decode(std::as_writable_bytes(std::span(text)));
  EXPECT_EQ(decoder.rest_of_chunk(), 13u);
}

}  // namespace
}  // namespace berth::net
