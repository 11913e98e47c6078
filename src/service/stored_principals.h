// Users and roles in a policy's Principal, as they are stored: by their unique ids. Who is made anew under an old name
// is then somebody else ("How the Principal element works", IAM User Guide; ecr.md 3.2).
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "meta/store.h"
#include "policy/document.h"

namespace berth::service {

using PolicyDocument = std::shared_ptr<const policy::Document>;

// arn:aws:iam::A:user/... and :role/... become AIDA..., AROA... if A is an account of this server; of others nothing is
// known, and they stay. entity_not_found, with the principal as its message: there is no such user or role, or an id
// that is nobody's.
base::Result<PolicyDocument> store_principals(meta::Tx& tx, const policy::Document& document);

// The way back. An id whose owner is gone stays an id.
base::Result<PolicyDocument> show_principals(meta::Tx& tx, const policy::Document& document);

}  // namespace berth::service
