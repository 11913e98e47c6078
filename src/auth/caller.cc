#include "auth/caller.h"

#include <utility>

#include "model/arn.h"

namespace berth::auth {
namespace {

model::AccountId nobody() { return model::AccountId::parse("000000000000").value(); }

}  // namespace

Caller Caller::root(model::AccountId account, std::string access_key_id) {
  std::string arn = model::root_arn(account);
  std::string user_id = account.text();
  return {.kind = CallerKind::root,
          .account = std::move(account),
          .arn = std::move(arn),
          .user_id = std::move(user_id),
          .access_key_id = std::move(access_key_id)};
}

Caller Caller::anonymous() {
  return {.kind = CallerKind::anonymous, .account = nobody(), .arn = "*", .user_id = "anonymous"};
}

Caller Caller::service(std::string name) {
  return {.kind = CallerKind::service, .account = nobody(), .arn = name, .user_id = std::move(name)};
}

// Named as CloudTrail names a WebIdentityUser.
Caller Caller::web_identity(std::string provider_arn, std::string_view audience, std::string_view subject) {
  std::string id = provider_arn;
  id.append(":").append(audience).append(":").append(subject);
  Caller caller{.kind = CallerKind::web_identity, .account = nobody(), .arn = id, .user_id = id};
  caller.session = Session{.issued = {}, .expires = {}, .provider = std::move(provider_arn)};
  return caller;
}

}  // namespace berth::auth
