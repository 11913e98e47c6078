// Finds the statements of a document that an action and a resource concern, in little memory that is read front to
// back: most statements do not concern most requests. Of this room alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/pattern.h"

namespace berth::policy::detail {

struct Statement;

// A set of statements by number.
class Numbers {
 public:
  void reset(std::size_t size) { words_.assign((size + 63) / 64, 0); }
  void add(std::uint32_t number) { words_[number / 64] |= std::uint64_t{1} << (number % 64); }
  // In order.
  template <class F>
  void each(F f) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        f(static_cast<std::uint32_t>(i * 64 + static_cast<std::size_t>(__builtin_ctzll(word))));
      }
    }
  }

 private:
  std::vector<std::uint64_t> words_;
};

// Statements by Action. Equal patterns stand once.
class ActionIndex {
 public:
  void build(const std::vector<Statement>& statements);
  // Adds those whose Action or NotAction concerns `action`, in lower case.
  void find(std::string_view action, const std::vector<Statement>& statements, Numbers& out) const;

 private:
  struct Group {
    Pattern pattern;
    std::vector<std::uint32_t> statements;
  };
  static void add(std::vector<Group>& groups, const Pattern& pattern, std::uint32_t statement);

  std::vector<Group> exact_;  // by text
  std::vector<Group> wild_;
  std::vector<std::uint32_t> negated_;  // with NotAction
};

enum class Verdict : std::uint8_t { no, yes, ask };

// Statements by Resource, as far as their patterns are plain.
class ResourceIndex {
 public:
  void build(const std::vector<Statement>& statements);
  // ask: the patterns of the statement decide.
  Verdict matches(std::uint32_t statement, std::string_view resource) const;

 private:
  enum class Shape : std::uint8_t { exact, prefix, runs, other };
  struct Entry {
    std::uint32_t at, size, start;  // its text, and the literal bytes it begins with
    std::uint32_t first_run, runs;
    Shape shape;
  };
  struct Range {
    std::uint32_t first, last;  // equal: ask
  };

  std::string text_;  // of all entries
  std::vector<Entry> entries_;
  std::vector<Run> runs_;
  std::vector<Range> ranges_;  // by statement
};

}  // namespace berth::policy::detail
