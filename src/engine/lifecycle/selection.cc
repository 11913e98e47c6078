#include "engine/lifecycle/selection.h"

#include <algorithm>
#include <utility>

#include "model/wildcard.h"

namespace berth::engine::lifecycle {
namespace {

bool named(const Rule& rule, const std::string& tag, const std::string& entry) {
  return rule.patterns.empty() ? tag.starts_with(entry) : model::wildcard_match(entry, tag);
}

const std::vector<std::string>& entries(const Rule& rule) {
  return rule.patterns.empty() ? rule.prefixes : rule.patterns;
}

// Each entry of the list by some tag.
bool all_entries_named(const Rule& rule, const Image& image) {
  return std::ranges::all_of(entries(rule), [&](const std::string& entry) {
    return std::ranges::any_of(image.tags, [&](const std::string& tag) { return named(rule, tag, entry); });
  });
}

bool selects_tags(const Rule& rule, const Image& image) {
  switch (rule.tag_status) {
    case TagStatus::any: return true;
    case TagStatus::untagged: return image.tags.empty();
    case TagStatus::tagged: return !image.tags.empty() && all_entries_named(rule, image);
  }
  std::unreachable();
}

// ECR has the pull; the push if there was none; the restoring if there was none since. That is the latest of the three.
base::Timestamp last_used(const Image& image) {
  return std::max({image.pushed, image.activated.value_or(image.pushed), image.pulled.value_or(image.pushed)});
}

}  // namespace

bool selects(const Rule& rule, const Image& image) {
  return rule.storage == image.storage && selects_tags(rule, image) && (!rule.semver || version_of(rule, image));
}

std::optional<VersionLine> version_of(const Rule& rule, const Image& image) {
  std::optional<VersionLine> highest;
  for (const std::string& tag : image.tags) {
    const bool counts = rule.tag_status != TagStatus::tagged ||
                        std::ranges::any_of(entries(rule), [&](const auto& entry) { return named(rule, tag, entry); });
    if (!counts) continue;
    if (const auto line = version_line(tag, *rule.semver)) highest = std::max(highest, line);
  }
  return highest;
}

bool more_than_days(base::Timestamp from, base::Timestamp to, std::int64_t days) {
  constexpr std::int64_t kDay = std::chrono::microseconds(std::chrono::days(1)).count();
  const std::int64_t age = base::to_micros(to) - base::to_micros(from);
  return age > 0 && (age - 1) / kDay >= days;
}

bool too_old(const Rule& rule, const Image& image, base::Timestamp now) {
  switch (*rule.count_type) {
    case CountType::image_count_more_than: return false;
    case CountType::since_image_pushed: return more_than_days(image.pushed, now, rule.count);
    case CountType::since_image_pulled: return more_than_days(last_used(image), now, rule.count);
    case CountType::since_image_transitioned: return image.archived && more_than_days(*image.archived, now, rule.count);
  }
  std::unreachable();
}

}  // namespace berth::engine::lifecycle
