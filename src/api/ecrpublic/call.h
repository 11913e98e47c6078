// One authenticated call, and what an operation needs to answer it. Private to api/ecrpublic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/ecr/call.h"
#include "api/ecrpublic/service.h"
#include "base/error.h"

namespace berth::api::ecrpublic {

// Lives as long as the call.
struct Call {
  const Deps& deps;
  ecr::Call ecr;  // the same as ECR's operations see it: its own registry is the caller's public one

  const service::Scope& scope() const { return ecr.scope; }
  // The account that a request's registryId means where it may be an alias. registry_not_found.
  base::Result<std::optional<std::string>> account(const std::optional<std::string>& id_or_alias) const;
  // "public.ecr.aws/<primary alias>" of an account's registry, and the same as a URL. Without asking for permission.
  base::Result<std::string> registry_uri(const model::AccountId& account) const;
  // Where a repository's logo is.
  base::Result<std::string> logo_url(const model::RepositoryRef& repository) const;
};

}  // namespace berth::api::ecrpublic
