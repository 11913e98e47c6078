#include "service/stored_principals.h"

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "policy/principals.h"

namespace berth::service {
namespace {

using Renamed = std::map<std::string, std::string, std::less<>>;

struct Named {
  model::AccountId account;
  model::EntityKind kind;
  std::string name;
};

// arn:aws:iam::123456789012:role/path/name
std::optional<Named> named_in(std::string_view principal) {
  constexpr std::string_view kIam = ":iam::";
  const auto iam = principal.find(kIam);
  if (iam == std::string_view::npos) return std::nullopt;
  auto rest = principal.substr(iam + kIam.size());
  const auto colon = rest.find(':');
  auto account = model::AccountId::parse(rest.substr(0, colon));
  if (colon == std::string_view::npos || !account) return std::nullopt;
  rest.remove_prefix(colon + 1);
  const bool user = rest.starts_with("user/");
  if (!user && !rest.starts_with("role/")) return std::nullopt;
  return Named{.account = *std::move(account),
               .kind = user ? model::EntityKind::user : model::EntityKind::role,
               .name = std::string(rest.substr(rest.rfind('/') + 1))};
}

PolicyDocument rename(const policy::Document& document, const Renamed& renamed) {
  return policy::rename_principals(document, [&](std::string_view principal) -> std::optional<std::string> {
    const auto found = renamed.find(principal);
    if (found == renamed.end()) return std::nullopt;
    return found->second;
  });
}

std::unexpected<base::Error> not_found(const std::string& principal) {
  return base::fail(base::Errc::entity_not_found, principal);
}

}  // namespace

base::Result<PolicyDocument> store_principals(meta::Tx& tx, const policy::Document& document) {
  Renamed renamed;
  for (const auto& principal : policy::principals_of(document)) {
    const auto named = named_in(principal);
    if (!named && principal.starts_with("arn:")) continue;  // a federated user: nothing here
    if (!named) {
      BERTH_TRY(const auto owner, tx.identities().find(principal));
      if (!owner) return not_found(principal);
      continue;
    }
    BERTH_TRY(const auto account, tx.accounts().find(named->account));
    if (!account) continue;
    BERTH_TRY(const auto entity, tx.identities().find(named->account, named->kind, named->name));
    if (!entity || entity->arn() != principal) return not_found(principal);
    renamed.emplace(principal, entity->id);
  }
  return rename(document, renamed);
}

base::Result<PolicyDocument> show_principals(meta::Tx& tx, const policy::Document& document) {
  Renamed renamed;
  for (const auto& principal : policy::principals_of(document)) {
    if (principal.starts_with("arn:")) continue;
    BERTH_TRY(const auto owner, tx.identities().find(principal));
    if (owner) renamed.emplace(principal, owner->arn());
  }
  return rename(document, renamed);
}

}  // namespace berth::service
