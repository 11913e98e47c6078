#include "policy/context.h"

#include <algorithm>
#include <functional>

#include "base/text.h"

namespace berth::policy {

namespace {
std::size_t hash_of(std::string_view folded) { return std::hash<std::string_view>{}(folded); }
}  // namespace

Key::Key(std::string_view name) : folded_(base::to_lower(name)), hash_(hash_of(folded_)) {}

Context::Context(std::initializer_list<std::pair<std::string_view, std::string_view>> keys) {
  for (const auto& [key, value] : keys) set(key, std::string(value));
}

void Context::set(std::string_view key, std::string value) {
  std::vector<std::string> values;
  values.push_back(std::move(value));
  set(key, std::move(values));
}

void Context::set(std::string_view key, std::vector<std::string> values) {
  std::string folded = base::to_lower(key);
  const auto at = std::ranges::lower_bound(entries_, folded, {}, &Entry::key);
  const auto hash = hashes_.begin() + (at - entries_.begin());
  const bool present = at != entries_.end() && at->key == folded;
  if (values.empty()) {
    if (!present) return;
    entries_.erase(at);
    hashes_.erase(hash);
  } else if (present) {
    at->values = std::move(values);
  } else {
    hashes_.insert(hash, hash_of(folded));
    entries_.insert(at, Entry{std::move(folded), std::move(values)});
  }
}

void Context::add(const Context& other) {
  for (const Entry& entry : other.entries_) set(entry.key, entry.values);
}

const std::vector<std::string>* Context::find(const Key& key) const {
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    if (hashes_[i] == key.hash() && entries_[i].key == key.folded()) return &entries_[i].values;
  }
  return nullptr;
}

}  // namespace berth::policy
