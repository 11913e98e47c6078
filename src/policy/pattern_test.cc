// Patterns against the plainest matcher there is, on all short patterns and texts.
#include "policy/pattern.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace berth::policy::detail {
namespace {

bool plain(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return plain(pattern.substr(1), text) || (!text.empty() && plain(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) && plain(pattern.substr(1), text.substr(1));
}

// The five parts before the resource, and the resource.
std::vector<std::string> parts_of(std::string_view arn) {
  std::vector<std::string> out;
  for (const std::string_view part : base::split(arn, ':')) {
    if (out.size() < 6) {
      out.emplace_back(part);
    } else {
      out.back().append(":").append(part);
    }
  }
  return out;
}

bool plain_arn(std::string_view pattern, std::string_view text) {
  auto wanted = parts_of(pattern);
  const auto parts = parts_of(text);
  if (parts.size() < 6) return false;
  while (wanted.size() < 6) wanted.emplace_back("*");
  for (std::size_t i = 0; i < 6; ++i) {
    if (!plain(wanted[i], parts[i])) return false;
  }
  return true;
}

// All texts over `alphabet` of at most `length` pieces.
std::vector<std::string> all(const std::vector<std::string>& alphabet, std::size_t length) {
  std::vector<std::string> out{""};
  std::size_t from = 0;
  for (std::size_t n = 0; n < length; ++n) {
    const std::size_t to = out.size();
    for (; from < to; ++from) {
      for (const std::string& piece : alphabet) out.push_back(out[from] + piece);
    }
  }
  return out;
}

bool matches(const std::string& pattern, Syntax syntax, const std::string& text) {
  return Pattern::make(pattern, syntax, true).value().matches(text, {});
}

TEST(Pattern, WildcardsMatchAsThePlainestMatcherSays) {
  const auto texts = all({"a", "b", ":"}, 5);
  for (const std::string& text : all({"a", "b", "*", "?"}, 5)) {
    const Pattern pattern = Pattern::make(text, Syntax::wildcard, true).value();
    for (const std::string& each : texts) {
      ASSERT_EQ(pattern.matches(each, {}), plain(text, each)) << text << " on " << each;
    }
  }
}

TEST(Pattern, PartsOfAnArnMatchEachForItself) {
  const std::vector<std::string> arns{":::::",        "a:a:a:a:a:a",       "a:b:a:b:a:b",  "ab:a::b:a:ab",
                                      "a:a:a:a:a:",   "a:a:a:a:a:a:a",     ":a:b::ab:b:a", "a:a:a:a:a",
                                      "a:a:a:a:a:b:", "b:ab:ba:a:b:a:ab:b"};
  for (const std::string& head : all({"a", "*", "?", ":", "b*:"}, 4)) {
    for (const std::string& tail : {"", ":a", ":*", ":a:a", "*:?*:*b", ":*:*:*a", ":::::"}) {
      const std::string text = head + tail;
      if (text == "*") continue;  // everything, not an ARN
      const Pattern pattern = Pattern::make(text, Syntax::arn, true).value();
      for (const std::string& arn : arns) {
        ASSERT_EQ(pattern.matches(arn, {}), plain_arn(text, arn)) << text << " on " << arn;
      }
    }
  }
}

TEST(Pattern, LiteralsHaveNoWildcards) {
  EXPECT_TRUE(matches("a*?", Syntax::literal, "a*?"));
  EXPECT_FALSE(matches("a*?", Syntax::literal, "abc"));
}

TEST(Pattern, CharactersAreNotBytes) {
  EXPECT_TRUE(matches("?", Syntax::wildcard, "ü"));
  EXPECT_TRUE(matches("x?y", Syntax::wildcard, "x\xF0\x9F\x90\xB3y"));
  EXPECT_FALSE(matches("??", Syntax::wildcard, "ü"));
  EXPECT_TRUE(matches("*ü*", Syntax::wildcard, "grün"));
}

TEST(Pattern, ManyStarsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a?";
  EXPECT_FALSE(matches(pattern + "b", Syntax::wildcard, std::string(2000, 'a')));
  EXPECT_TRUE(matches(pattern, Syntax::wildcard, std::string(2000, 'a')));
}

TEST(Pattern, BytesThatStandForWildcardsMatchNothing) {
  Context context;
  context.set("k:v", "x\xFF");
  const Pattern pattern = Pattern::make("${k:v}", Syntax::wildcard, true).value();
  EXPECT_FALSE(pattern.matches("x\xFF", context));
  EXPECT_FALSE(pattern.matches("xyz", context));
  EXPECT_FALSE(matches("x", Syntax::wildcard, "\xFF"));
  EXPECT_FALSE(matches("*x", Syntax::wildcard, "\xFF"));
}

}  // namespace
}  // namespace berth::policy::detail
