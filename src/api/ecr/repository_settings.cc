#include "api/ecr/repository_settings.h"

#include <utility>

namespace berth::api::ecr {

std::vector<std::string> filter_texts(std::vector<ImageTagMutabilityExclusionFilter> filters) {
  std::vector<std::string> texts;
  texts.reserve(filters.size());
  for (auto& each : filters) texts.push_back(std::move(each.filter));
  return texts;
}

ExclusionFilters filters_of(const model::TagMutability& mutability) {
  if (mutability.filters().empty()) return std::nullopt;
  ExclusionFilters shapes(std::in_place);
  for (const auto& filter : mutability.filters()) shapes->push_back({.filter = filter});
  return shapes;
}

base::Result<void> check_encryption(EncryptionType type, const std::optional<std::string>& kms_key) {
  if (type != EncryptionType::aes256) {
    return base::fail_parameter(
        "encryptionConfiguration.encryptionType",
        std::string(json::enum_name(type)) + " is not supported by this registry yet; use AES256");
  }
  if (kms_key) {
    return base::fail_parameter("encryptionConfiguration.kmsKey", "kmsKey cannot be used with AES256");
  }
  return {};
}

}  // namespace berth::api::ecr
