#include "service/iam/session_request.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "policy/document.h"
#include "policy/managed.h"

namespace berth::service::iam {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kMaxPlainPolicies = 2'048;
constexpr std::size_t kMaxPolicyArns = 10;

std::unexpected<base::Error> not_valid(std::string why, std::source_location where = std::source_location::current()) {
  return fail(Errc::validation, std::move(why), where);
}

bool same(std::string_view a, std::string_view b) { return base::to_lower(a) == base::to_lower(b); }

// Letters of any script among others; the characters are those of resource tags.
Result<void> check_tags(const std::vector<model::ResourceTag>& tags) {
  for (std::size_t i = 0; i < tags.size(); ++i) {
    for (std::size_t j = i + 1; j < tags.size(); ++j) {
      if (same(tags[i].key, tags[j].key)) {
        return not_valid("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
      }
    }
  }
  if (const auto good = model::check_resource_tags(tags); !good) return not_valid(good.error().message);
  return {};
}

const std::string* tag_of(const std::map<std::string, std::string>& tags, std::string_view key) {
  const auto found = std::ranges::find_if(tags, [&](const auto& tag) { return same(tag.first, key); });
  return found == tags.end() ? nullptr : &found->first;
}

// Transitive tags of the calling session go on and cannot be replaced.
Result<void> add_tags(SessionMarks& marks, const std::vector<model::ResourceTag>& tags,
                      const std::vector<std::string>& transitive_tags) {
  BERTH_CHECK(check_tags(tags));
  for (const auto& tag : tags) {
    if (tag_of(marks.tags, tag.key) != nullptr) {
      return not_valid(
          "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
          "the calling session.");
    }
  }
  for (const auto& tag : tags) marks.tags.emplace(tag.key, tag.value);
  for (const auto& key : transitive_tags) {
    const std::string* const tag = tag_of(marks.tags, key);
    if (tag == nullptr) return not_valid("The specified transitive tag key must be included in the requested tags.");
    if (std::ranges::find(marks.transitive_tags, *tag) == marks.transitive_tags.end()) {
      marks.transitive_tags.push_back(*tag);
    }
  }
  if (marks.tags.size() > model::kMaxResourceTags) return not_valid("A session has at most 50 tags.");
  return {};
}

}  // namespace

Result<RoleArn> RoleArn::parse(const std::string& text) {
  const auto refuse = [&] { return not_valid(base::escape_controls(text) + " is invalid"); };
  constexpr std::string_view kPrefix = "arn:aws:iam::";
  constexpr std::string_view kRole = ":role/";
  constexpr std::size_t kDigits = 12;
  if (!text.starts_with(kPrefix) || text.size() < kPrefix.size() + kDigits + kRole.size()) return refuse();
  const auto rest = std::string_view(text).substr(kPrefix.size());
  auto account = model::AccountId::parse(rest.substr(0, kDigits));
  if (!account || rest.substr(kDigits, kRole.size()) != kRole) return refuse();
  const auto name = rest.substr(rest.rfind('/') + 1);
  if (name.empty() || name.size() > 64) return refuse();
  return RoleArn{.account = std::move(*account), .name = std::string(name), .text = text};
}

Result<std::optional<model::Entity>> find_role(meta::Tx& tx, const RoleArn& arn) {
  BERTH_TRY(const auto account, tx.accounts().find(arn.account));
  BERTH_TRY(auto role, tx.identities().find(arn.account, model::EntityKind::role, arn.name));
  if (!account || account->status != model::AccountStatus::active || !role || role->arn() != arn.text) {
    return std::nullopt;
  }
  return role;
}

Result<void> check_bounds(const SessionBounds& bounds) {
  std::size_t size = bounds.policy ? bounds.policy->size() : 0;
  for (const auto& arn : bounds.policy_arns) size += arn.size();
  if (bounds.policy_arns.size() > kMaxPolicyArns) return not_valid("A session has at most 10 managed policies.");
  if (size > kMaxPlainPolicies) {
    return fail(Errc::packed_policy_too_large,
                "Packed policy consumes " + std::to_string((size * 100 + kMaxPlainPolicies - 1) / kMaxPlainPolicies) +
                    "% of allotted space, please use smaller policy.");
  }
  if (bounds.policy) BERTH_CHECK(policy::Document::parse(*bounds.policy, policy::Kind::identity));
  return {};
}

Result<void> check_bound_arns(meta::Tx& tx, const SessionBounds& bounds, const model::AccountId& account) {
  for (const auto& arn : bounds.policy_arns) {
    if (policy::find_managed(arn) != nullptr) continue;
    BERTH_TRY(const auto found, tx.managed_policies().find(arn));
    if (!found || found->account != account) {
      return not_valid("The managed policy " + base::escape_controls(arn) + " does not exist or is not attachable.");
    }
  }
  return {};
}

Result<SessionMarks> session_marks(const auth::Caller& caller, const std::vector<model::ResourceTag>& tags,
                                   const std::vector<std::string>& transitive_tags,
                                   const std::optional<std::string>& source_identity) {
  SessionMarks marks{.requested = tags};
  if (caller.session) {
    for (const auto& key : caller.session->transitive_tags) {
      const auto tag = caller.session->tags.find(key);
      if (tag != caller.session->tags.end()) marks.tags.insert(*tag);
    }
    marks.transitive_tags = caller.session->transitive_tags;
    marks.source_identity = caller.session->source_identity;
  }
  BERTH_CHECK(add_tags(marks, tags, transitive_tags));
  if (!source_identity) return marks;
  if (base::to_lower(*source_identity).starts_with("aws:")) {
    return not_valid("A source identity cannot begin with aws:");
  }
  if (!marks.source_identity.empty() && marks.source_identity != *source_identity) {
    return fail(Errc::access_denied, "The source identity of a session cannot be changed.");
  }
  marks.source_identity = *source_identity;
  return marks;
}

policy::Context session_context(std::string_view session_name, const SessionMarks& marks) {
  policy::Context context;
  context.set("sts:RoleSessionName", std::string(session_name));
  std::vector<std::string> keys;
  for (const auto& tag : marks.requested) {
    context.set("aws:RequestTag/" + tag.key, tag.value);
    keys.push_back(tag.key);
  }
  context.set("aws:TagKeys", std::move(keys));
  context.set("sts:TransitiveTagKeys", marks.transitive_tags);
  if (!marks.source_identity.empty()) context.set("sts:SourceIdentity", marks.source_identity);
  return context;
}

auth::Session new_session(base::Timestamp now, std::int64_t seconds, SessionBounds bounds) {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now);
  auth::Session session{.issued = issued,
                        .expires = issued + std::chrono::seconds(seconds),
                        .policies = {},
                        .policy_arns = std::move(bounds.policy_arns)};
  if (bounds.policy) session.policies.push_back(*std::move(bounds.policy));
  return session;
}

auth::Caller role_caller(RoleSession made, base::Timestamp now) {
  auto session = new_session(now, made.seconds, std::move(made.bounds));
  session.tags = std::move(made.marks.tags);
  session.transitive_tags = std::move(made.marks.transitive_tags);
  session.source_identity = std::move(made.marks.source_identity);
  session.provider = std::move(made.provider);
  const auto& role = made.role;
  return {.kind = auth::CallerKind::role,
          .account = role.account,
          .arn = "arn:aws:sts::" + role.account.text() + ":assumed-role/" + role.name + "/" + made.session_name,
          .user_id = role.id + ":" + made.session_name,
          .entity_id = role.id,
          .role_arn = role.arn(),
          .session = std::move(session)};
}

Result<void> require_trust(const Core& core, const Scope& scope, std::string_view action, const RoleArn& arn,
                           const std::optional<model::Entity>& role, const policy::Context& context) {
  const auto deny = [&] {
    std::string text = "User: " + scope.caller.arn + " is not authorized to perform: ";
    text.append(action).append(" on resource: ").append(arn.text);
    return fail(Errc::access_denied, std::move(text));
  };
  if (!role) return deny();
  auto resource = auth::Resource::of_account(arn.account, arn.text);
  BERTH_TRY(resource.policy, policy::Document::parse(role->trust_policy, policy::Kind::trust));
  auto allowed = core.require(scope, action, resource, context);
  if (!allowed && allowed.error().code == Errc::access_denied) return deny();
  return allowed;
}

void mark_role_used(const Core& core, const model::Entity& role, const std::string& region) {
  constexpr std::chrono::minutes kOften(1);
  const auto now = core.clock.now();
  if (role.last_use && now - role.last_use->time < kOften) return;
  const model::LastUse use{.time = now, .service = {}, .region = region};
  const auto written = core.store.write(base::Deadline::after(core.limits.call),
                                        [&](meta::Tx& tx) { return tx.identities().mark_used(role.id, use); });
  if (!written) return;  // the next use is written
}

}  // namespace berth::service::iam
