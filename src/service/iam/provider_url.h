// What IAM calls an OpenID Connect provider: its issuer's URL without the scheme. Private to this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::service::iam {

// "token.actions.githubusercontent.com" of "https://token.actions.githubusercontent.com/". Nothing: no URL of an
// issuer. Plain http only on this very machine, where nobody listens in. Without a dot or a port its condition keys
// could be taken for those of a service ("aws:SourceIp").
std::optional<std::string> provider_url(std::string_view issuer);

}  // namespace berth::service::iam
