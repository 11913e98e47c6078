// A repository's name within its registry, e.g. "team/app" (ECR API, repositoryName; a subset of OCI <name>).
#pragma once

#include "base/error.h"
#include "model/text_value.h"

namespace berth::model {

class RepositoryName : public TextValue<RepositoryName> {
 public:
  static constexpr std::size_t kMinLength = 2;
  static constexpr std::size_t kMaxLength = 256;
  static constexpr std::string_view kRegex =
      R"([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)";

  // Of public repositories: shorter, and parted by one character only.
  static constexpr std::size_t kMaxPublicLength = 205;
  static constexpr std::string_view kPublicRegex = R"((?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)";

  static bool matches(std::string_view text);  // the pattern alone; linear time
  static bool matches_public(std::string_view text);
  static base::Result<RepositoryName> parse(std::string_view text);  // name_invalid: pattern or length

 private:
  using TextValue::TextValue;
};

}  // namespace berth::model
