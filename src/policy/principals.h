// Whom a document names. IAM and ECR store a user or role that a policy names as its unique id, so that a new one of
// the same name does not inherit what was given to the old one; they show the ARN as long as it exists.
//
//   on write:  principals_of(doc) -> every one must exist -> rename_principals(doc, ARN to unique id) -> store print()
//   on read:   rename_principals(stored, unique id to ARN), which leaves the ids of those that were deleted
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"

namespace berth::policy {

// ARNs of users and roles, and unique ids, in Principal and NotPrincipal: each once, in order of appearance. Accounts,
// sessions, services and providers are not among them.
std::vector<std::string> principals_of(const Document& document);

// The document with those for which `rename` answers something replaced. What it answers is an ARN of a user or role or
// a unique id; anything else is left out.
std::shared_ptr<const Document> rename_principals(
    const Document& document, const std::function<std::optional<std::string>(std::string_view)>& rename);

}  // namespace berth::policy
