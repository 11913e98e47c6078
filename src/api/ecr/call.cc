#include "api/ecr/call.h"

namespace berth::api::ecr {

base::Result<model::RegistryRef> Call::registry(const std::optional<std::string>& registry_id) const {
  if (!registry_id) return own;
  BERTH_TRY(auto account, model::AccountId::parse(*registry_id));
  return model::RegistryRef{.account = std::move(account), .region = own.region};
}

base::Result<model::RepositoryRef> Call::repository(const std::optional<std::string>& registry_id,
                                                    std::string_view repository_name) const {
  BERTH_TRY(auto in, registry(registry_id));
  BERTH_TRY(auto name, at("repositoryName", model::RepositoryName::parse(repository_name)));
  return model::RepositoryRef{.registry = std::move(in), .name = std::move(name)};
}

base::Result<model::Digest> digest_at(std::string_view member, std::string_view text) {
  return at(member, model::Digest::parse(text));
}

}  // namespace berth::api::ecr
