#include "model/wildcard.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace berth::model {
namespace {

TEST(Wildcard, Matches) {
  struct Case {
    std::string_view pattern, text;
    bool matches;
  };
  for (const auto& [pattern, text, matches] : {
           Case{"", "", true},          Case{"", "a", false},       Case{"*", "", true},
           Case{"*", "abc", true},      Case{"**", "abc", true},    Case{"a", "a", true},
           Case{"a", "b", false},       Case{"a", "aa", false},     Case{"a*", "a", true},
           Case{"a*", "abc", true},     Case{"a*", "ba", false},    Case{"*a", "ba", true},
           Case{"*a", "ab", false},     Case{"a*c", "abbc", true},  Case{"a*c", "abcb", false},
           Case{"*ab*", "xaabx", true}, Case{"*aab", "aaab", true}, Case{"a*b*c", "a1b2b3c", true},
           Case{"a*b*c", "acb", false}, Case{"v*.*", "v1.2", true}, Case{"v*.*", "v12", false},
           Case{"a.c", "abc", false},   Case{"a?c", "abc", false},  Case{"[a]", "a", false},
           Case{"A*", "abc", false},    Case{"ab", "a", false},     Case{"ab*", "a", false},
       }) {
    EXPECT_EQ(wildcard_match(pattern, text), matches) << pattern << " / " << text;
  }
}

TEST(Wildcard, DoesNotExplode) {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "a*";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(wildcard_match(pattern + "b", std::string(10'000, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace berth::model
