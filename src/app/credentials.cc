#include "app/credentials.h"

#include "auth/access_key.h"

namespace berth::app {

base::Result<std::optional<auth::AccessKey>> StoredCredentials::find(std::string_view access_key_id,
                                                                     std::string_view session_token) const {
  if (auth::is_session_key_id(access_key_id)) return sessions_.open(access_key_id, session_token);
  if (!session_token.empty()) return std::nullopt;
  constexpr std::chrono::seconds kWait(10);
  const std::string id(access_key_id);
  BERTH_TRY(const auto row,
            store_.read(base::Deadline::after(kWait), [&](meta::Tx& tx) { return tx.accounts().find_access_key(id); }));
  if (!row) return std::nullopt;
  BERTH_TRY(auto secret, auth::open_secret(keys_, row->id, row->sealed_secret));
  // Every key that `init` makes is an administrator's.
  return auth::AccessKey{.secret = std::move(secret),
                         .caller = {.account = row->account,
                                    .arn = row->user_arn,
                                    .user_id = row->user_id,
                                    .access_key_id = row->id,
                                    .administrator = true}};
}

}  // namespace berth::app
