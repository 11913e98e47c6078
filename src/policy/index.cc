#include "policy/index.h"

#include <algorithm>
#include <cstring>

#include "policy/parsed.h"

namespace berth::policy::detail {
namespace {

// Texts of one document begin alike, so the last bytes are compared first.
bool same(const char* a, const char* b, std::size_t size) {
  constexpr std::size_t kTail = sizeof(std::uint64_t);
  if (size >= kTail) {
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    std::memcpy(&x, a + size - kTail, kTail);
    std::memcpy(&y, b + size - kTail, kTail);
    if (x != y) return false;
  }
  return std::memcmp(a, b, size) == 0;
}

}  // namespace

void ActionIndex::add(std::vector<Group>& groups, const Pattern& pattern, std::uint32_t statement) {
  const auto known = std::ranges::find(groups, pattern.text(), [](const Group& group) { return group.pattern.text(); });
  if (known == groups.end()) {
    groups.push_back({pattern, {statement}});
  } else {
    known->statements.push_back(statement);
  }
}

void ActionIndex::build(const std::vector<Statement>& statements) {
  for (std::uint32_t i = 0; i < statements.size(); ++i) {
    if (statements[i].not_action) {
      negated_.push_back(i);
      continue;
    }
    for (const Pattern& pattern : statements[i].patterns) add(pattern.is_exact() ? exact_ : wild_, pattern, i);
  }
  std::ranges::sort(exact_, {}, [](const Group& group) { return group.pattern.text(); });
}

void ActionIndex::find(std::string_view action, const std::vector<Statement>& statements, Numbers& out) const {
  const Context nothing;  // an action has no variables
  const auto text = [](const Group& group) { return group.pattern.text(); };
  const auto at = std::ranges::lower_bound(exact_, action, {}, text);
  if (at != exact_.end() && text(*at) == action) {
    for (const std::uint32_t statement : at->statements) out.add(statement);
  }
  for (const Group& group : wild_) {
    if (!group.pattern.matches(action, nothing)) continue;
    for (const std::uint32_t statement : group.statements) out.add(statement);
  }
  for (const std::uint32_t statement : negated_) {
    const bool named = std::ranges::any_of(statements[statement].patterns,
                                           [&](const Pattern& pattern) { return pattern.matches(action, nothing); });
    if (!named) out.add(statement);
  }
}

void ResourceIndex::build(const std::vector<Statement>& statements) {
  const auto number = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
  for (const Statement& statement : statements) {
    const auto first = number(entries_.size());
    if (statement.resources.present && !statement.resources.negated) {
      for (const Pattern& pattern : statement.resources.patterns) {
        const Shape shape = pattern.is_exact()        ? Shape::exact
                            : pattern.is_prefix()     ? Shape::prefix
                            : !pattern.runs().empty() ? Shape::runs
                                                      : Shape::other;
        entries_.push_back({.at = number(text_.size()),
                            .size = number(pattern.text().size()),
                            .start = number(pattern.literal_start().size()),
                            .first_run = number(runs_.size()),
                            .runs = number(pattern.runs().size()),
                            .shape = shape});
        text_ += pattern.text();
        runs_.insert(runs_.end(), pattern.runs().begin(), pattern.runs().end());
      }
    }
    ranges_.push_back({first, number(entries_.size())});
  }
}

Verdict ResourceIndex::matches(std::uint32_t statement, std::string_view resource) const {
  const Range range = ranges_[statement];
  Verdict verdict = range.first == range.last ? Verdict::ask : Verdict::no;
  for (std::uint32_t i = range.first; i < range.last; ++i) {
    const Entry& entry = entries_[i];
    const char* const text = text_.data() + entry.at;
    const bool starts = entry.start <= resource.size() && same(text, resource.data(), entry.start);
    switch (entry.shape) {
      case Shape::exact:
        if (starts && entry.size == resource.size()) return Verdict::yes;
        break;
      case Shape::prefix:
        if (starts) return Verdict::yes;
        break;
      case Shape::runs: {
        const auto runs = std::span(runs_).subspan(entry.first_run, entry.runs);
        if (starts && runs_match({text, entry.size}, entry.start, runs, resource)) return Verdict::yes;
        break;
      }
      case Shape::other:
        if (starts) verdict = Verdict::ask;
        break;
    }
  }
  return verdict;
}

}  // namespace berth::policy::detail
