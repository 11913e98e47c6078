// What the services of the organization begin with. Private to this room.
#pragma once

#include <string>
#include <string_view>

#include "model/organization.h"
#include "service/iam/common.h"

namespace berth::service::iam {

// `unsupported`: there is no account yet.
base::Result<model::Organization> find_organization(meta::Tx& tx);

// May the caller do this in the management account? Only that account's identities may. Answers the organization.
// `target`: the ARN's part behind it, by the organization: a member function such as policy_arn; empty: "*".
using ArnOf = std::string (model::Organization::*)(std::string_view) const;
base::Result<model::Organization> require_management(const Core& core, const Scope& scope, std::string_view action,
                                                     ArnOf arn_of = nullptr, std::string_view id = {});

// An error with the detail "subject".
std::unexpected<base::Error> about(base::Errc code, std::string_view subject, std::string message);

}  // namespace berth::service::iam
