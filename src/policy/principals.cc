#include "policy/principals.h"

#include <algorithm>

#include "policy/parsed.h"
#include "policy/read.h"

namespace berth::policy {
namespace {

using Entry = detail::PrincipalEntry;

bool is_entity(const Entry& entry) {
  switch (entry.kind) {
    case Entry::Kind::user:
    case Entry::Kind::role:
    case Entry::Kind::unique_id: return true;
    case Entry::Kind::anyone:
    case Entry::Kind::account:
    case Entry::Kind::session:
    case Entry::Kind::service:
    case Entry::Kind::federated:
    case Entry::Kind::canonical_user: return false;
  }
  return false;
}

// Of a const or mutable document.
template <class P, class F>
void each_entity(P& parsed, F f) {
  for (auto& statement : parsed.statements) {
    if (!statement.principals) continue;
    for (auto& group : statement.principals->groups) {
      for (auto& entry : group.entries) {
        if (is_entity(entry)) f(entry);
      }
    }
  }
}

}  // namespace

std::vector<std::string> principals_of(const Document& document) {
  std::vector<std::string> out;
  each_entity(document.parsed(), [&out](const Entry& entry) {
    if (std::ranges::find(out, entry.value) == out.end()) out.push_back(entry.value);
  });
  return out;
}

std::shared_ptr<const Document> rename_principals(
    const Document& document, const std::function<std::optional<std::string>(std::string_view)>& rename) {
  auto parsed = std::make_shared<detail::Parsed>(document.parsed());
  each_entity(*parsed, [&rename](Entry& entry) {
    const auto name = rename(entry.value);
    if (!name) return;
    if (auto renamed = detail::read_aws_principal(*name); renamed && is_entity(*renamed)) entry = std::move(*renamed);
  });
  return std::make_shared<const Document>(std::move(parsed));
}

}  // namespace berth::policy
