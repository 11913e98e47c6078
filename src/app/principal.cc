#include "app/principal.h"

#include "base/text.h"

namespace berth::app {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::chrono::hours kSession(1);
constexpr std::string_view kSessionName = "berth-authz-explain";

std::unexpected<base::Error> no_principal(std::string_view text) {
  return fail(Errc::invalid_parameter,
              base::quote_json(text) +
                  " is no principal: arn:aws:iam::ACCOUNT:root, :user/NAME or :role/NAME, "
                  "arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION, a service's name, or anonymous");
}

Result<model::Entity> entity(meta::Store& store, const model::AccountId& account, model::EntityKind kind,
                             std::string_view name) {
  const std::string wanted(name);
  BERTH_TRY(auto found, store.read({}, [&](meta::Tx& tx) { return tx.identities().find(account, kind, wanted); }));
  if (found) return *std::move(found);
  return fail(Errc::entity_not_found,
              "account " + account.text() + " has no " + std::string(model::name(kind)) + " " + base::quote_json(name));
}

auth::Caller session_of(const model::Entity& role, std::string_view session, base::Timestamp now) {
  const std::string name(session);
  return {.kind = auth::CallerKind::role,
          .account = role.account,
          .arn = "arn:aws:sts::" + role.account.text() + ":assumed-role/" + role.name + "/" + name,
          .user_id = role.id + ":" + name,
          .entity_id = role.id,
          .role_arn = role.arn(),
          .session = auth::Session{.issued = now, .expires = now + kSession}};
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Result<auth::Caller> caller_of(std::string_view principal, meta::Store& store, base::Timestamp now) {
  if (principal == "anonymous") return auth::Caller::anonymous();
  if (principal.ends_with(".amazonaws.com")) return auth::Caller::service(std::string(principal));
  const auto parts = base::split(principal, ':');
  if (parts.size() != 6 || parts[0] != "arn" || !parts[3].empty()) return no_principal(principal);
  const auto account = model::AccountId::parse(parts[4]);
  if (!account) return no_principal(principal);
  const std::string_view what = parts[5];
  if (parts[2] == "iam" && what == "root") return auth::Caller::root(*account, "");
  if (parts[2] == "iam" && what.starts_with("user/")) {
    BERTH_TRY(const auto user, entity(store, *account, model::EntityKind::user, last_part(what)));
    return auth::Caller{.kind = auth::CallerKind::user,
                        .account = *account,
                        .arn = user.arn(),
                        .user_id = user.id,
                        .entity_id = user.id};
  }
  if (parts[2] == "iam" && what.starts_with("role/")) {
    BERTH_TRY(const auto role, entity(store, *account, model::EntityKind::role, last_part(what)));
    return session_of(role, kSessionName, now);
  }
  if (parts[2] == "sts" && what.starts_with("assumed-role/") && base::split(what, '/').size() == 3) {
    BERTH_TRY(const auto role, entity(store, *account, model::EntityKind::role, base::split(what, '/')[1]));
    return session_of(role, last_part(what), now);
  }
  return no_principal(principal);
}

}  // namespace berth::app
