// What every method of these services begins with: may the caller? Private to this room.
//
// An identity's ARN has its path in it, and its tags and boundary are condition keys, so metadata is read before the
// question. What was read is not told to a caller who may not ask.
#pragma once

#include <string>
#include <string_view>

#include "policy/context.h"
#include "service/iam/common.h"

namespace berth::service::iam {

// Something that is not there yet, or "*": `resource` as in model::iam_arn, "user/ops/alice".
base::Result<void> require_resource(const Core& core, const Scope& scope, std::string_view action,
                                    const std::string& resource, policy::Context context = {});
base::Result<void> require_any(const Core& core, const Scope& scope, std::string_view action,
                               policy::Context context = {});
// `action` has the kind in place of '@': "iam:Put@Policy" is iam:PutUserPolicy for a user.
base::Result<void> require_entity(const Core& core, const Scope& scope, std::string_view action,
                                  const EntityRef& entity, policy::Context context = {});
// By an ARN, of whatever account: one that is not of the caller's or AWS's is not the caller's to ask for.
base::Result<void> require_policy(const Core& core, const Scope& scope, std::string_view action, const std::string& arn,
                                  policy::Context context = {});
base::Result<void> require_provider(const Core& core, const Scope& scope, std::string_view action,
                                    const std::string& arn, policy::Context context = {});

// The user who asks; `validation`: it is none.
base::Result<std::string> own_name(const Scope& scope);

std::string new_id(const Core& core, std::string_view prefix);  // "AIDA" and 17 of A-Z 2-7

}  // namespace berth::service::iam
