#include "app/credentials.h"

#include "auth/access_key.h"

namespace berth::app {

base::Result<std::optional<auth::AccessKey>> StoredCredentials::find(std::string_view access_key_id,
                                                                     std::string_view session_token) const {
  if (auth::is_session_key_id(access_key_id)) return sessions_.open(access_key_id, session_token);
  if (!session_token.empty()) return std::nullopt;
  constexpr std::chrono::seconds kWait(10);
  const std::string id(access_key_id);
  BERTH_TRY(const auto found,
            store_.read(base::Deadline::after(kWait), [&](meta::Tx& tx) { return tx.access_keys().find(id); }));
  if (!found || !found->key.info.active || !found->account_active) return std::nullopt;
  BERTH_TRY(auto secret, auth::open_secret(keys_, id, found->key.sealed_secret));
  const auto& user = found->owner;
  return auth::AccessKey{.secret = std::move(secret),
                         .caller = {.kind = auth::CallerKind::user,
                                    .account = user.account,
                                    .arn = user.arn(),
                                    .user_id = user.id,
                                    .access_key_id = id,
                                    .entity_id = user.id}};
}

}  // namespace berth::app
