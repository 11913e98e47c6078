// Images in, plan out: what a policy does to a repository, and for each image why. Pure; nothing fails.
//
// Source: ecr.md 2.4. Every rule counts and measures all images that it selects, as if the others did not exist. An
// image belongs to the first rule, by priority, that selects it (by its tags and storage class), and only that rule may
// act on it. Beyond the rules:
//  - an image in a manifest list that is here is not counted; nothing expires it before the list has gone, nothing
//    archives it before the list is archived;
//  - a referrer whose subject is here is not counted and has its subject's fate, unless a `retain` rule keeps it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "engine/lifecycle/fate.h"
#include "engine/lifecycle/policy.h"
#include "engine/lifecycle/repository.h"

namespace berth::engine::lifecycle {

enum class Reason : std::uint8_t {
  no_policy,        // neither the repository nor its registry has one
  no_rule,          // no rule selects it
  within_limit,     // its rule selects it, and it is within count or age; later rules have no say
  over_limit,       // its rule acts on it
  retained,         // extension: its rule says `retain`
  pulled_recently,  // extension: its rule would act, but it was pulled within keepPulledWithinDays
  held_by_list,     // its rule would act, but the list `other` has it (ImageReferencedByManifestList)
  follows_subject,  // a referrer: the same happens to its subject, `other`
  subject_stays,    // a referrer: nothing happens to its subject, `other`
};

inline constexpr std::int16_t kNoRule = -1;

struct Decision {
  Fate fate = Fate::keep;
  Reason reason = Reason::no_policy;
  std::int16_t rule = kNoRule;  // index in Policy::rules; of a referrer its subject's
  ImageIndex other = kNoImage;
};

struct Plan {
  std::vector<Decision> decisions;   // one for each image, in the order of Repository::images
  std::vector<ImageIndex> acted_on;  // fate is not `keep`: oldest first, each with its referrers behind it
  std::uint32_t expiring = 0;
  std::uint32_t archiving = 0;
};

// Time: images x rules at worst, and sorting. Memory: some 40 bytes an image beside `repository`.
Plan make_plan(const Repository& repository, const Policy& policy, base::Timestamp now);

// The policy a repository is subject to. Extension: its registry's default, if it has none of its own.
struct Policies {
  const Policy* repository = nullptr;
  const Policy* registry_default = nullptr;

  const Policy* effective() const { return repository ? repository : registry_default; }
};
Plan make_plan(const Repository& repository, const Policies& policies, base::Timestamp now);

// The time by which images are counted and ordered: the push, or the last restoring from the archive.
base::Timestamp counted_from(const Image& image);

}  // namespace berth::engine::lifecycle
