#include "api/aws/xml.h"

#include <gtest/gtest.h>

namespace berth::api::aws {
namespace {

TEST(Xml, EscapesWhatMeansSomething) {
  EXPECT_EQ(escape_xml(R"(<a href="x">Tom & 'Jerry'</a>)"), "&lt;a href=&quot;x&quot;&gt;Tom &amp; 'Jerry'&lt;/a&gt;");
  EXPECT_EQ(escape_xml("line\nfeed\ttab\rreturn"), "line\nfeed\ttab&#13;return");
  EXPECT_EQ(escape_xml("gr\xC3\xBC\xC3\x9F \xF0\x9F\x9A\xA2"), "gr\xC3\xBC\xC3\x9F \xF0\x9F\x9A\xA2");
}

TEST(Xml, ReplacesWhatXmlCannotHold) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(escape_xml(std::string_view("a\0b\x01", 4)), "a" + mark + "b" + mark);
  EXPECT_EQ(escape_xml("\xFFx"), mark + "x");
  EXPECT_EQ(escape_xml("\xC3"), mark);                                   // half a character
  EXPECT_EQ(escape_xml("\xC0\xBC"), mark + mark);                        // '<' spelled too long
  EXPECT_EQ(escape_xml("\xE0\x80\xBC"), mark + mark + mark);             // longer still
  EXPECT_EQ(escape_xml("\xED\xA0\x80"), mark + mark + mark);             // a surrogate
  EXPECT_EQ(escape_xml("\xEF\xBF\xBE"), mark + mark + mark);             // U+FFFE
  EXPECT_EQ(escape_xml("\xF4\x90\x80\x80"), mark + mark + mark + mark);  // beyond Unicode
}

TEST(Xml, WritesElementsInEachOther) {
  XmlWriter xml;
  xml.begin("A", "urn:x&y");
  xml.begin("B");
  xml.element("C", "1 < 2");
  xml.end();
  xml.element("D", "");
  xml.end();
  EXPECT_EQ(xml.take(), R"(<A xmlns="urn:x&amp;y"><B><C>1 &lt; 2</C></B><D></D></A>)");
}

}  // namespace
}  // namespace berth::api::aws
