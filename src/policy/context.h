// The condition keys of one request (IAM User Guide, "AWS global condition context keys").
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::policy {

// The name of a key, made ready to be looked up many times.
class Key {
 public:
  explicit Key(std::string_view name);

  const std::string& folded() const { return folded_; }  // lower case
  std::size_t hash() const { return hash_; }
  bool operator==(const Key&) const = default;

 private:
  std::string folded_;
  std::size_t hash_;
};

// A value. Names compare without case ("aws:SourceIp"); of a key with a part behind '/' ("aws:RequestTag/Team") that
// part does too, as IAM has it. A key may have several values; a key with none is absent.
class Context {
 public:
  Context() = default;
  Context(std::initializer_list<std::pair<std::string_view, std::string_view>> keys);

  void set(std::string_view key, std::string value);                // replaces
  void set(std::string_view key, std::vector<std::string> values);  // empty: removes
  void add(const Context& other);                                   // other's keys replace these

  const std::vector<std::string>* find(std::string_view key) const { return find(Key(key)); }  // nullptr: absent
  const std::vector<std::string>* find(const Key& key) const;

  struct Entry {
    std::string key;  // lower case
    std::vector<std::string> values;
  };
  // All of them, by key.
  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;       // by key
  std::vector<std::size_t> hashes_;  // of their keys: few and close together, so that finding one is quick
};

}  // namespace berth::policy
