#include "policy/decision_cache.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace berth::policy {
namespace {

constexpr std::size_t kGenerations = 2;

// nullopt: not to be remembered.
std::optional<std::vector<Key>> keys_read(const Policies& policies) {
  std::vector<std::string> out;
  const auto add = [&out](const Attached& policy) {
    const auto& reads = policy.document->reads();
    out.insert(out.end(), reads.begin(), reads.end());
  };
  const auto add_all = [&add](const std::vector<Attached>& all) { std::ranges::for_each(all, add); };
  add_all(policies.identity);
  add_all(policies.session);
  add_all(policies.resource);
  std::ranges::for_each(policies.service_control, add_all);
  if (policies.boundary) add(*policies.boundary);
  if (policies.endpoint) add(*policies.endpoint);
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  for (const std::string_view time : {"aws:currenttime", "aws:epochtime", "aws:multifactorauthage"}) {
    if (std::ranges::binary_search(out, time)) return std::nullopt;
  }
  return std::vector<Key>(out.begin(), out.end());
}

}  // namespace

std::size_t DecisionCache::Hash::operator()(const NameView& name) const {
  constexpr std::hash<std::string_view> kHash;
  constexpr std::size_t kMix = 0x9E3779B97F4A7C15;
  std::size_t out = kHash(name.principal);
  for (const std::string_view part : {name.action, name.resource, name.scope}) {
    out = (out ^ (out >> 29)) * kMix + kHash(part);
  }
  return out;
}

DecisionCache::DecisionCache(std::size_t capacity)
    : generation_((capacity + kShards * kGenerations - 1) / (kShards * kGenerations)) {}

DecisionCache::Shard& DecisionCache::shard_of(const NameView& name) { return shards_[(Hash{}(name) >> 32) % kShards]; }

// Whether the shard can be used for `version`; a newer one empties it.
bool DecisionCache::enter(Shard& shard, std::uint64_t version) const {
  if (version > shard.version) {
    shard.recent.clear();
    shard.old.clear();
    shard.recent_size = shard.old_size = 0;
    shard.version = version;
  }
  return version == shard.version;
}

void DecisionCache::make_room(Shard& shard) const {
  if (shard.recent_size < generation_) return;
  shard.old = std::move(shard.recent);
  shard.old_size = shard.recent_size;
  shard.recent.clear();
  shard.recent_size = 0;
}

// In the recent generation, where it is brought if it is in the old one.
DecisionCache::Slot* DecisionCache::slot_of(Shard& shard, const NameView& name) const {
  if (const auto at = shard.recent.find(name); at != shard.recent.end()) return &at->second;
  const auto at = shard.old.find(name);
  if (at == shard.old.end()) return nullptr;
  auto node = shard.old.extract(at);
  const std::size_t size = node.mapped().variants.size();
  shard.old_size -= size;
  make_room(shard);
  shard.recent_size += size;
  return &shard.recent.insert(std::move(node)).position->second;
}

bool DecisionCache::matches(const Slot& slot, const Variant& variant, const Context& context) {
  for (std::size_t i = 0; i < slot.keys.size(); ++i) {
    const std::vector<std::string>* const values = context.find(slot.keys[i]);
    if (values == nullptr ? !variant.values[i].empty() : *values != variant.values[i]) return false;
  }
  return true;
}

std::shared_ptr<const Decision> DecisionCache::find(const CachedQuestion& question) {
  const NameView name{question.principal, question.action, question.resource, question.scope};
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  if (!enter(shard, question.version)) return nullptr;
  const Slot* const slot = slot_of(shard, name);
  if (slot == nullptr) return nullptr;
  for (const Variant& variant : slot->variants) {
    if (matches(*slot, variant, question.context)) return variant.decision;
  }
  return nullptr;
}

bool DecisionCache::put(const CachedQuestion& question, const Policies& policies,
                        std::shared_ptr<const Decision> decision) {
  auto keys = keys_read(policies);
  if (!keys) return false;
  if (generation_ == 0) return true;
  Variant variant{.values = {}, .decision = std::move(decision)};
  for (const Key& key : *keys) {
    const std::vector<std::string>* const values = question.context.find(key);
    variant.values.push_back(values == nullptr ? std::vector<std::string>() : *values);
  }
  const NameView name{question.principal, question.action, question.resource, question.scope};
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  if (!enter(shard, question.version)) return true;
  Slot* slot = slot_of(shard, name);
  if (slot == nullptr) {
    make_room(shard);
    Name owned{std::string(name.principal), std::string(name.action), std::string(name.resource),
               std::string(name.scope)};
    slot = &shard.recent.emplace(std::move(owned), Slot{}).first->second;
  }
  // Somebody gave the same version to other policies, or two threads were at it: the last one counts.
  if (slot->keys != *keys) {
    shard.recent_size -= slot->variants.size();
    *slot = Slot{.keys = std::move(*keys), .variants = {}, .next = 0};
  }
  for (Variant& known : slot->variants) {
    if (!matches(*slot, known, question.context)) continue;
    known = std::move(variant);
    return true;
  }
  if (slot->variants.size() < kVariants) {
    slot->variants.push_back(std::move(variant));
    ++shard.recent_size;
  } else {
    slot->variants[slot->next++ % kVariants] = std::move(variant);
  }
  return true;
}

std::size_t DecisionCache::size() const {
  std::size_t out = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    out += shard.recent_size + shard.old_size;
  }
  return out;
}

}  // namespace berth::policy
