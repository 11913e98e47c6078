// Repository creation templates: what a repository gets that is made on somebody's behalf ("Private repository creation
// templates", ECR User Guide; ecr.md 7.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/repository.h"
#include "model/repository_name.h"
#include "model/resource_tag.h"
#include "model/tag_mutability.h"
#include "model/text_value.h"

namespace berth::model {

// On what occasion (ECR API, RCTAppliedFor).
enum class AppliedFor : std::uint8_t { replication, pull_through_cache, create_on_push };

inline constexpr std::pair<std::string_view, AppliedFor> kAppliedForNames[] = {
    {"REPLICATION", AppliedFor::replication},
    {"PULL_THROUGH_CACHE", AppliedFor::pull_through_cache},
    {"CREATE_ON_PUSH", AppliedFor::create_on_push},
};
constexpr const auto& enum_names(AppliedFor) { return kAppliedForNames; }
std::string_view name(AppliedFor occasion);

// "prod", "prod/team/" (which is the same as without '/') or "ROOT".
class TemplatePrefix : public TextValue<TemplatePrefix> {
 public:
  static constexpr std::size_t kMaxLength = 256;
  static constexpr std::string_view kRegex =
      R"(^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\/?|ROOT)$)";
  static constexpr std::string_view kRoot = "ROOT";

  static bool matches(std::string_view text);                        // the pattern alone; linear time
  static base::Result<TemplatePrefix> parse(std::string_view text);  // name_invalid: pattern or length

  // What tells prefixes apart: without the '/' that is always implied.
  std::string key() const;

 private:
  using TextValue::TextValue;
};

// The keys of all prefixes that apply to a repository of this name, the longest first: of "a/b/c" these are "a/b", "a"
// and "ROOT".
std::vector<std::string> template_keys(const RepositoryName& repository);

struct CreationTemplate {
  TemplatePrefix prefix;
  std::vector<AppliedFor> applied_for;  // ascending, none twice
  std::optional<std::string> description;
  TagMutability mutability;
  std::string encryption_type{kAes256};
  std::optional<std::string> kms_key;
  std::vector<ResourceTag> tags;
  std::optional<std::string> repository_policy;  // in normal form, users and roles by their ids
  std::optional<std::string> lifecycle_policy;
  std::optional<std::string> custom_role;  // an ARN
  base::Timestamp created;
  base::Timestamp updated;
};

}  // namespace berth::model
