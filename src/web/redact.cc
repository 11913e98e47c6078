#include "web/redact.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "web/url.h"

namespace berth::web {
namespace {

constexpr std::array<std::string_view, 10> kTelling{"sign", "sig", "token",     "credential", "secret",
                                                    "pass", "key", "assertion", "auth",       "code"};

// Better one harmless value too many than one secret.
bool secret(std::string_view name) {
  const auto lower = base::to_lower(name);
  return std::ranges::any_of(kTelling, [&](std::string_view word) { return lower.contains(word); });
}

}  // namespace

std::string redact_target(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return std::string(target);
  std::string out(target.substr(0, mark + 1));
  auto query = target.substr(mark + 1);
  if (!Query::parse(query)) return out + '-';
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto piece = query.substr(0, end);
    const auto equals = piece.find('=');
    const auto name = percent_decode(piece.substr(0, equals));
    const bool hide = equals != std::string_view::npos && (!name || secret(*name));
    out += hide ? std::string(piece.substr(0, equals + 1)) + '-' : std::string(piece);
    if (end < query.size()) out += '&';
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return out;
}

}  // namespace berth::web
