#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/account_id.h"
#include "policy/read.h"

namespace berth::policy::detail {
namespace {

using Kind = PrincipalEntry::Kind;

bool is_plain(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_upper(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }
bool is_name(char c) { return is_plain(c) || std::string_view("_+=,.@/-").contains(c); }
bool is_host(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.'; }

// "user/path/name" with `prefix` "user/".
bool names(std::string_view resource, std::string_view prefix) {
  if (!resource.starts_with(prefix)) return false;
  const std::string_view name = resource.substr(prefix.size());
  return !name.empty() && name.front() != '/' && name.back() != '/' && std::ranges::all_of(name, is_name);
}

struct Arn {
  std::string_view service, account, resource;
};

// Six parts; only the last may have colons.
std::optional<Arn> split_arn(std::string_view text) {
  constexpr std::size_t kColons = 5;
  std::array<std::string_view, kColons> parts;
  for (std::string_view& part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn" || !is_one_of(kPartitions, parts[1]) || !parts[3].empty()) return std::nullopt;
  if (!model::AccountId::matches(parts[4])) return std::nullopt;
  return Arn{parts[2], parts[4], text};
}

std::optional<PrincipalEntry> read_service(const std::string& text) {
  if (!text.contains('.') || !std::ranges::all_of(text, is_host)) return std::nullopt;
  return PrincipalEntry{Kind::service, text, text};
}

std::optional<PrincipalEntry> read_federated(const std::string& text) {
  if (text.contains('.') && std::ranges::all_of(text, is_host)) return PrincipalEntry{Kind::federated, text, text};
  const auto arn = split_arn(text);
  if (!arn || arn->service != "iam") return std::nullopt;
  constexpr std::size_t kType = std::string_view("oidc-provider/").size();
  const std::string_view type = arn->resource.substr(0, kType);
  const bool provider = (type == "oidc-provider/" || type == "saml-provider/") && arn->resource.size() > kType;
  if (!provider || arn->resource.contains('*')) return std::nullopt;
  return PrincipalEntry{Kind::federated, text, text};
}

std::optional<PrincipalEntry> read_canonical(const std::string& text) {
  constexpr std::size_t kDigits = 64;
  if (text.size() != kDigits || !std::ranges::all_of(text, is_plain)) return std::nullopt;
  return PrincipalEntry{Kind::canonical_user, text, text};
}

std::optional<PrincipalEntry> read_entry(std::string_view type, const std::string& text) {
  if (type == "AWS") return read_aws_principal(text);
  if (type == "Service") return read_service(text);
  if (type == "Federated") return read_federated(text);
  return read_canonical(text);
}

}  // namespace

std::optional<PrincipalEntry> read_aws_principal(const std::string& text) {
  if (text == "*") return PrincipalEntry{Kind::anyone, text, text};
  if (model::AccountId::matches(text)) return PrincipalEntry{Kind::account, text, "arn:aws:iam::" + text + ":root"};
  if ((text.starts_with("AIDA") || text.starts_with("AROA")) && text.size() >= 16 && text.size() <= 128 &&
      std::ranges::all_of(text, is_upper)) {
    return PrincipalEntry{Kind::unique_id, text, text};
  }
  const auto arn = split_arn(text);
  if (!arn) return std::nullopt;
  if (arn->service == "iam") {
    if (arn->resource == "root") return PrincipalEntry{Kind::account, std::string(arn->account), text};
    if (names(arn->resource, "user/")) return PrincipalEntry{Kind::user, text, text};
    if (names(arn->resource, "role/")) return PrincipalEntry{Kind::role, text, text};
  }
  if (arn->service == "sts") {
    if (names(arn->resource, "federated-user/")) return PrincipalEntry{Kind::user, text, text};
    if (names(arn->resource, "assumed-role/") && std::ranges::count(arn->resource, '/') == 2) {
      return PrincipalEntry{Kind::session, text, text};
    }
  }
  return std::nullopt;
}

base::Result<Principals> read_principals(const json::Value& value, bool negated, const std::string& at) {
  constexpr std::array<std::string_view, 4> kTypes{"AWS", "Service", "Federated", "CanonicalUser"};
  Principals out{.negated = negated};
  if (const std::string* const text = value.as_string()) {
    if (*text != "*") return malformed(at, "Invalid principal in policy: " + base::quote_json(*text));
    out.star = true;
    return out;
  }
  const json::Object* const groups = value.as_object();
  if (groups == nullptr || groups->empty()) return malformed(at, "Invalid principal in policy: nobody is named");
  for (const json::Member& each : *groups) {
    const std::string here = member(at, each.name);
    if (!is_one_of(kTypes, each.name)) return malformed(at, "Unknown field " + each.name);
    BERTH_TRY(const auto texts, read_strings(each.value, here, "Invalid principal in policy: nobody is named"));
    PrincipalGroup group{.type = each.name, .entries = {}};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto entry = read_entry(each.name, texts[i]);
      if (!entry) {
        return malformed(element(here, i), "Invalid principal in policy: " + base::quote_json(each.name) + ":" +
                                               base::quote_json(texts[i]));
      }
      group.entries.push_back(std::move(*entry));
    }
    out.groups.push_back(std::move(group));
  }
  return out;
}

}  // namespace berth::policy::detail
