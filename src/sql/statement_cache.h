// Prepared statements of one connection, by their text. Shared by both engines.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace berth::sql {

// Keeps the `capacity` most recently used. Belongs to one connection, used by one thread at a time.
template <class Statement>
class StatementCache {
 public:
  explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

  // nullptr if absent. Valid until the next put() or clear().
  Statement* find(std::string_view text) {
    const auto found = index_.find(text);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  // Makes room for one more: takes out the least recently used statement if the cache is full.
  std::optional<Statement> evict() {
    if (entries_.size() < capacity_) return std::nullopt;
    std::optional<Statement> last(std::move(entries_.back().second));
    index_.erase(entries_.back().first);
    entries_.pop_back();
    return last;
  }

  // `text` must be absent. Evicts (and destroys) the oldest if evict() was not called before.
  Statement& put(std::string text, Statement statement) {
    evict();
    entries_.emplace_front(std::move(text), std::move(statement));
    index_.emplace(entries_.front().first, entries_.begin());
    return entries_.front().second;
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<const std::string, Statement>>;
  const std::size_t capacity_;
  Entries entries_;                                                         // most recently used first
  std::unordered_map<std::string_view, typename Entries::iterator> index_;  // keys live in entries_
};

}  // namespace berth::sql
