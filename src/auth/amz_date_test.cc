#include "auth/amz_date.h"

#include <gtest/gtest.h>

namespace berth::auth {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

TEST(AmzDate, RoundTrips) {
  for (const std::string_view text : {"19700101T000000Z", "20150830T123600Z", "20240229T235959Z", "99991231T235959Z"}) {
    const auto time = parse_amz_date(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(format_amz_date(*time), text);
  }
  EXPECT_EQ(parse_amz_date("20150830T123600Z"), base::from_micros(1440938160 * kMicros));
  EXPECT_EQ(format_amz_date(base::from_micros(1440938160 * kMicros + 999'999)), "20150830T123600Z");
}

TEST(AmzDate, RefusesEveryOtherSpelling) {
  for (const std::string_view text :
       {"", "20150830", "20150830T123600", "20150830T123600z", "20150830t123600Z", "2015-08-30T12:36:00Z",
        "20150830T123600Z ", " 20150830T123600Z", "20150230T000000Z", "20151301T000000Z", "20150001T000000Z",
        "20150830T240000Z", "20150830T126000Z", "20150830T123660Z", "2015083xT123600Z", "+0150830T123600Z",
        "-0150830T123600Z", "20150830T-23600Z", "20150830T12 600Z"}) {
    EXPECT_FALSE(parse_amz_date(text)) << text;
  }
}

TEST(HttpDate, IsReadInTheFormsThatClientsSend) {
  const auto expected = base::from_micros(1315611360 * kMicros);
  for (const std::string_view zone : {"GMT", "UTC", "-0000", "+0000"}) {
    EXPECT_EQ(parse_http_date("Fri, 09 Sep 2011 23:36:00 " + std::string(zone)), expected) << zone;
  }
}

TEST(HttpDate, RefusesEveryOtherSpelling) {
  for (const std::string_view text :
       {"", "Fri, 09 Sep 2011 23:36:00", "Fri, 09 Sep 2011 23:36:00 ", "Fri, 09 Sep 2011 23:36:00 EST",
        "Fri, 9 Sep 2011 23:36:00 GMT", "Fri, 09 SEP 2011 23:36:00 GMT", "Friday, 09-Sep-11 23:36:00 GMT",
        "Fri, 31 Sep 2011 23:36:00 GMT", "Fri, 09 Sep 2011 24:36:00 GMT", "Fri; 09 Sep 2011 23:36:00 GMT",
        "Fri, 09 Sep 2011 23-36-00 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace berth::auth
