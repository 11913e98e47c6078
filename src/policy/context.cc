#include "policy/context.h"

#include <algorithm>

#include "base/text.h"

namespace berth::policy {

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
  const bool present = at != entries_.end() && at->key == folded;
  if (values.empty()) {
    if (present) entries_.erase(at);
  } else if (present) {
    at->values = std::move(values);
  } else {
    entries_.insert(at, Entry{std::move(folded), std::move(values)});
  }
}

void Context::add(const Context& other) {
  for (const Entry& entry : other.entries_) set(entry.key, entry.values);
}

const std::vector<std::string>* Context::find(std::string_view key) const { return find_folded(base::to_lower(key)); }

const std::vector<std::string>* Context::find_folded(std::string_view lower_key) const {
  const auto at = std::ranges::lower_bound(entries_, lower_key, {}, &Entry::key);
  return at != entries_.end() && at->key == lower_key ? &at->values : nullptr;
}

}  // namespace berth::policy
