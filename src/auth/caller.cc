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
          .access_key_id = std::move(access_key_id),
          .administrator = true};
}

Caller Caller::anonymous() {
  return {.kind = CallerKind::anonymous, .account = nobody(), .arn = "*", .user_id = "anonymous"};
}

Caller Caller::service(std::string name) {
  return {.kind = CallerKind::service, .account = nobody(), .arn = name, .user_id = std::move(name)};
}

}  // namespace berth::auth
