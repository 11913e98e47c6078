#include "auth/caller.h"

#include <utility>

#include "model/arn.h"

namespace berth::auth {

Caller Caller::root(model::AccountId account, std::string access_key_id) {
  std::string arn = model::root_arn(account);
  std::string user_id = account.text();
  return {.account = std::move(account),
          .arn = std::move(arn),
          .user_id = std::move(user_id),
          .access_key_id = std::move(access_key_id),
          .administrator = true};
}

}  // namespace berth::auth
