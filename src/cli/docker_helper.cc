#include "cli/docker_helper.h"

#include <map>

#include "base/text.h"
#include "json/writer.h"

namespace berth::cli {
namespace {

// Docker compares these texts.
constexpr std::string_view kNotFound = "credentials not found in native keychain";
constexpr std::string_view kNoServer = "no credentials server URL";
constexpr std::string_view kUser = "AWS";
constexpr std::string_view kRegistry = "registry ";

Spoken refuse(std::string_view text, std::string note = {}) {
  return {.status = 1, .out = std::string(text) + "\n", .note = std::move(note)};
}

Spoken get(std::string_view server, const Broker& broker) {
  if (server.empty()) return refuse(kNoServer);
  const auto login = broker.login(server);
  if (!login) {
    const auto code = login.error().code;
    const bool go_on = code == base::Errc::entity_not_found || code == base::Errc::missing_authentication;
    return go_on ? refuse(kNotFound, login.error().message) : refuse(login.error().message);
  }
  json::Writer out;
  out.begin_object();
  out.key("ServerURL");
  out.string(server);
  out.key("Username");
  out.string(login->username);
  out.key("Secret");
  out.string(login->password.reveal());
  out.end_object();
  return {.status = 0, .out = out.take() + "\n", .note = {}};
}

Spoken list(const TokenCache& cache, const Ini& own) {
  std::map<std::string, std::string> found;
  for (const auto& [section, values] : own) {
    if (section.starts_with(kRegistry)) found.emplace(section.substr(kRegistry.size()), kUser);
  }
  for (const auto& login : cache.all()) found.emplace(login.host, login.username);
  json::Writer out;
  out.begin_object();
  for (const auto& [host, user] : found) {
    out.key(host);
    out.string(user);
  }
  out.end_object();
  return {.status = 0, .out = out.take() + "\n", .note = {}};
}

}  // namespace

Spoken docker_helper(std::string_view action, std::string_view input, const Broker& broker, const TokenCache& cache,
                     const Ini& own) {
  const std::string_view server = base::trim(input);
  if (action == "get") return get(server, broker);
  if (action == "list") return list(cache, own);
  if (action == "erase") {
    if (server.empty()) return refuse(kNoServer);
    cache.erase(registry_host(server));
    return {};
  }
  if (action == "store") {
    return refuse("not implemented: logins are made from AWS credentials, `docker login` is not needed");
  }
  return refuse("unknown credential action `" + base::escape_controls(action) +
                "`: get, list, store and erase are known");
}

}  // namespace berth::cli
