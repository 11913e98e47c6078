// Who is asking: what authentication ends with and authorization begins with.
#pragma once

#include <string>

#include "model/account_id.h"

namespace berth::auth {

// An authenticated principal. A value; says who, never what it may do to a resource. A door makes one per request from
// a signature (sigv4.h) or a registry token (registry_token.h). What GetCallerIdentity answers is these members.
struct Caller {
  model::AccountId account;
  std::string arn;      // arn:aws:iam::111122223333:root, ...:user/name; later sts assumed-role and federated-user
  std::string user_id;  // the account id of a root, AIDA... of a user, AROA...:session of a session
  std::string access_key_id;   // with which it signed, or got its token
  bool administrator = false;  // of its own account

  // The account itself, as its root credentials identify it.
  static Caller root(model::AccountId account, std::string access_key_id);

  friend bool operator==(const Caller&, const Caller&) = default;
};

}  // namespace berth::auth
