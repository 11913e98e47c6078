#include "service/iam/account_info.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/managed.h"
#include "service/iam/access.h"
#include "service/iam/entities.h"
#include "service/iam/rules.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using model::EntityKind;

// ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$
base::Result<void> check_alias(std::string_view alias) {
  const bool plain =
      std::ranges::all_of(alias, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
  if (plain && alias.size() >= 3 && alias.size() <= 63 && !alias.starts_with('-') && !alias.ends_with('-') &&
      !alias.contains("--")) {
    return {};
  }
  return base::fail(Errc::validation, "1 validation error detected: Value '" + std::string(alias.substr(0, 256)) +
                                          "' at 'accountAlias' failed to satisfy constraint: Member must satisfy "
                                          "regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$");
}

// GetAccountAuthorizationDetails goes through these one after the other. A marker is a section's name, '/' and the key
// of the last item.
enum class Section : std::uint8_t { group, role, user, local_policy, aws_policy };
constexpr std::array<std::string_view, 5> kSections = {"group", "role", "user", "policy", "aws"};

std::string marker(Section section, std::string_view key) {
  return std::string(kSections[static_cast<std::size_t>(section)]).append("/").append(key);
}

// Where each section starts, for a marker.
struct Start {
  std::size_t section = 0;
  std::string key;
};
base::Result<Start> start_at(const std::string& after) {
  if (after.empty()) return Start{};
  const auto slash = after.find('/');
  const auto found = std::ranges::find(kSections, after.substr(0, slash));
  if (slash == std::string::npos || found == kSections.end()) {
    return base::fail(Errc::validation, "Invalid Marker: " + after);
  }
  return Start{.section = static_cast<std::size_t>(found - kSections.begin()), .key = after.substr(slash + 1)};
}

class DetailReader {
 public:
  DetailReader(meta::Tx& tx, const model::AccountId& account, std::size_t limit)
      : tx_(tx), account_(account), limit_(limit) {}

  // false: there is no room for more.
  base::Result<bool> read(Section section, const std::string& after) {
    switch (section) {
      case Section::group: return entities(section, EntityKind::group, after);
      case Section::role: return entities(section, EntityKind::role, after);
      case Section::user: return entities(section, EntityKind::user, after);
      case Section::local_policy: return local_policies(after);
      case Section::aws_policy: return aws_policies(after);
    }
    return true;
  }
  AccountDetails take() { return std::move(out_); }

 private:
  std::size_t room() const { return limit_ - out_.entities.size() - out_.policies.size(); }

  // Notes where to go on if an item has no room.
  bool full(Section section, std::string_view last_key) {
    if (room() > 0) return false;
    out_.next = marker(section, last_key);
    return true;
  }

  base::Result<bool> entities(Section section, EntityKind kind, std::string last) {
    const meta::EntityPage page{
        .kind = kind, .after = {.kind = std::string(model::name(kind)), .name_key = last}, .limit = room() + 1};
    BERTH_TRY(auto found, tx_.identities().list(account_, page));
    for (auto& entity : found) {
      if (full(section, last)) return false;
      last = base::to_lower(entity.name);
      BERTH_TRY(auto detail, detail_of(std::move(entity)));
      out_.entities.push_back(std::move(detail));
    }
    return true;
  }

  base::Result<EntityDetail> detail_of(model::Entity entity) {
    EntityDetail detail{.entity = std::move(entity), .inline_policies = {}, .attached = {}, .groups = {}};
    const auto& id = detail.entity.id;
    BERTH_TRY(detail.entity.tags, tx_.identity_tags().list(id));
    BERTH_CHECK(show_trust_policy(tx_, detail.entity));
    BERTH_TRY(detail.inline_policies, tx_.entity_policies().list_inline(id));
    BERTH_TRY(const auto arns, tx_.entity_policies().attached(id));
    for (const auto& arn : arns) detail.attached.push_back({.name = policy_name(arn), .arn = arn});
    BERTH_TRY(const auto groups, tx_.identities().groups_of(id, "", static_cast<std::size_t>(kQuotas.groups_of_user)));
    for (const auto& one : groups) detail.groups.push_back(one.name);
    return detail;
  }

  base::Result<bool> local_policies(std::string last) {
    BERTH_TRY(auto found, tx_.managed_policies().list(account_, {.after_name_key = last, .limit = room() + 1}));
    for (auto& policy : found) {
      if (full(Section::local_policy, last)) return false;
      last = base::to_lower(policy.name);
      BERTH_TRY(auto versions, tx_.managed_policies().versions(policy.id));
      out_.policies.push_back({.policy = std::move(policy), .versions = std::move(versions)});
    }
    return true;
  }

  base::Result<bool> aws_policies(std::string last) {
    BERTH_TRY(const auto arns, tx_.managed_policies().attached_aws_policies(account_));
    for (const auto& arn : arns) {
      const auto* managed = policy::find_managed(arn);
      if (!managed || arn <= last) continue;
      if (full(Section::aws_policy, last)) return false;
      last = arn;
      BERTH_TRY(auto found, find_policy(tx_, account_, arn));
      out_.policies.push_back({.policy = *std::move(found),
                               .versions = {{.number = found->default_version,
                                             .document = std::string(managed->document),
                                             .created = managed->updated,
                                             .is_default = true}}});
    }
    return true;
  }

  meta::Tx& tx_;
  const model::AccountId& account_;
  std::size_t limit_;
  AccountDetails out_{.entities = {}, .policies = {}, .next = {}};
};

}  // namespace

base::Result<void> AccountInfoService::create_alias(const Scope& scope, const std::string& alias) {
  BERTH_CHECK(require_any(core_, scope, "iam:CreateAccountAlias"));
  BERTH_CHECK(check_alias(alias));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const bool set, tx.accounts().set_alias(scope.caller.account, alias));
    if (!set) return base::fail(Errc::entity_exists, "The account alias " + alias + " already exists.");
    return {};
  });
}

base::Result<void> AccountInfoService::remove_alias(const Scope& scope, const std::string& alias) {
  BERTH_CHECK(require_any(core_, scope, "iam:DeleteAccountAlias"));
  return core_.store.write(scope.deadline, [&](meta::Tx& tx) -> base::Result<void> {
    BERTH_TRY(const auto current, tx.accounts().alias(scope.caller.account));
    if (current != alias) {
      return base::fail(Errc::entity_not_found, "The account alias " + alias + " cannot be found.");
    }
    BERTH_CHECK(tx.accounts().set_alias(scope.caller.account, std::nullopt));
    return {};
  });
}

base::Result<std::vector<std::string>> AccountInfoService::aliases(const Scope& scope) {
  BERTH_CHECK(require_any(core_, scope, "iam:ListAccountAliases"));
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<std::vector<std::string>> {
    BERTH_TRY(const auto alias, tx.accounts().alias(scope.caller.account));
    if (!alias) return std::vector<std::string>();
    return std::vector{*alias};
  });
}

base::Result<AccountDetails> AccountInfoService::details(const Scope& scope, const DetailsRequest& request) {
  BERTH_CHECK(require_any(core_, scope, "iam:GetAccountAuthorizationDetails"));
  BERTH_CHECK(check_page({.after = {}, .limit = request.limit}));
  BERTH_TRY(const auto start, start_at(request.after));
  const std::array<bool, 5> wanted = {request.groups, request.roles, request.users, request.local_policies,
                                      request.aws_policies};
  return core_.store.read(scope.deadline, [&](meta::Tx& tx) -> base::Result<AccountDetails> {
    DetailReader reader(tx, scope.caller.account, request.limit);
    for (auto i = start.section; i < wanted.size(); ++i) {
      if (!wanted[i]) continue;
      BERTH_TRY(const bool more, reader.read(static_cast<Section>(i), i == start.section ? start.key : ""));
      if (!more) break;
    }
    return reader.take();
  });
}

}  // namespace berth::service::iam
