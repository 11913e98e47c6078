#include "engine/lifecycle/referrers.h"

#include <cstddef>
#include <cstdint>

namespace berth::engine::lifecycle {
namespace {

Decision follow(const Image& image, const Decision& own, const Decision& subject, ImageIndex holder) {
  if (own.reason == Reason::retained) return own;
  // What is in the archive already stays there when its subject comes after it.
  const bool moved = subject.fate == Fate::archive && image.storage == StorageClass::archive;
  if (subject.fate == Fate::keep || moved) {
    return {.reason = Reason::subject_stays, .rule = subject.rule, .other = image.subject};
  }
  if (holder != kNoImage) return {.reason = Reason::held_by_list, .rule = subject.rule, .other = holder};
  return {.fate = subject.fate, .reason = Reason::follows_subject, .rule = subject.rule, .other = image.subject};
}

}  // namespace

void follow_subjects(const std::vector<Image>& images, const Holders& holders, std::vector<Decision>& decisions) {
  enum class State : std::uint8_t { open, on_chain, decided };
  std::vector<State> states(images.size(), State::open);
  std::vector<ImageIndex> chain;
  for (ImageIndex start = 0; start < images.size(); ++start) {
    ImageIndex image = start;
    while (states[image] == State::open && images[image].subject != kNoImage) {
      states[image] = State::on_chain;
      chain.push_back(image);
      image = images[image].subject;
    }
    states[image] = State::decided;  // no referrer, or decided before, or where a ring closes
    for (; !chain.empty(); chain.pop_back()) {
      const ImageIndex referrer = chain.back();
      if (states[referrer] == State::decided) continue;
      const Decision& subject = decisions[images[referrer].subject];
      decisions[referrer] = follow(images[referrer], decisions[referrer], subject, holders.of(referrer, subject.fate));
      states[referrer] = State::decided;
    }
  }
}

Followers::Followers(const std::vector<Image>& images, const std::vector<Decision>& decisions)
    : first_(images.size(), kNoImage), next_(images.size(), kNoImage) {
  for (std::size_t i = images.size(); i-- > 0;) {
    if (decisions[i].reason != Reason::follows_subject) continue;
    next_[i] = first_[images[i].subject];
    first_[images[i].subject] = static_cast<ImageIndex>(i);
  }
}

void Followers::append(ImageIndex image, std::vector<ImageIndex>& out) const {
  std::size_t done = out.size();
  out.push_back(image);
  for (; done < out.size(); ++done) {
    for (ImageIndex each = first_[out[done]]; each != kNoImage; each = next_[each]) out.push_back(each);
  }
}

}  // namespace berth::engine::lifecycle
