// Decisions already made, so that the same question is answered without reading and evaluating its policies again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/context.h"
#include "policy/decide.h"

namespace berth::policy {

// What a decision depends on. The views live as long as the call.
struct CachedQuestion {
  // Of everything that policies are gathered from (policies, attachments, groups, accounts, endpoints): a number that
  // grows with every change, read before them. Answers of another version are never given, and forgotten.
  std::uint64_t version = 0;
  // Who, so that equal text means equal policy::Principal and equal session policies: ARN, unique id and access key id.
  std::string_view principal;
  std::string_view action;
  std::string_view resource;
  // What else selects policies: owner of the resource, endpoint.
  std::string_view scope;
  // Of its keys only those matter that the policies read (Document::reads): tags, address, time of issue ...
  const Context& context;
};

// Safe from any thread. Bounded: what was not asked for lately is forgotten.
class DecisionCache {
 public:
  explicit DecisionCache(std::size_t capacity);  // decisions in all; 0: remembers nothing

  std::shared_ptr<const Decision> find(const CachedQuestion& question);  // nullptr: not known
  // `policies` are those that decided. False, and nothing is remembered: one of them reads the time (aws:CurrentTime,
  // aws:EpochTime, aws:MultiFactorAuthAge).
  bool put(const CachedQuestion& question, const Policies& policies, std::shared_ptr<const Decision> decision);

  std::size_t size() const;  // decisions; for tests and metrics

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kVariants = 8;  // decisions of one slot: the same question from other addresses, say

  struct Name {
    std::string principal, action, resource, scope;
  };
  struct NameView {
    std::string_view principal, action, resource, scope;
    bool operator==(const NameView&) const = default;
  };
  static NameView view(const Name& name) { return {name.principal, name.action, name.resource, name.scope}; }
  static NameView view(const NameView& name) { return name; }
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const NameView& name) const;
    std::size_t operator()(const Name& name) const { return (*this)(view(name)); }
  };
  struct Equal {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return view(a) == view(b);
    }
  };

  struct Variant {
    std::vector<std::vector<std::string>> values;  // of the slot's keys; empty: absent
    std::shared_ptr<const Decision> decision;
  };
  // All answers to one question; the same version has the same policies, so they read the same keys.
  struct Slot {
    std::vector<Key> keys;
    std::vector<Variant> variants;
    std::size_t next = 0;  // to be replaced
  };
  using Slots = std::unordered_map<Name, Slot, Hash, Equal>;

  // Two generations: what is asked for moves to the recent one; when that is full it becomes the old one.
  struct Shard {
    mutable std::mutex mutex;
    std::uint64_t version = 0;
    Slots recent, old;
    std::size_t recent_size = 0, old_size = 0;  // decisions
  };

  Shard& shard_of(const NameView& name);
  bool enter(Shard& shard, std::uint64_t version) const;
  void make_room(Shard& shard) const;
  Slot* slot_of(Shard& shard, const NameView& name) const;
  static bool matches(const Slot& slot, const Variant& variant, const Context& context);

  std::size_t generation_;  // decisions of one generation of one shard
  std::array<Shard, kShards> shards_;
};

}  // namespace berth::policy
