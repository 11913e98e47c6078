#include "config/vpc_endpoints.h"

#include <algorithm>

#include "base/text.h"
#include "config/values.h"

namespace berth::config {
namespace {

bool is_id(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) && text.size() > prefix.size() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}
bool is_vpce(std::string_view text) { return is_id(text, "vpce-"); }
bool is_vpc(std::string_view text) { return is_id(text, "vpc-"); }

constexpr VpcEndpointKey kKeys[] = {
    {.name = "id",
     .text = &VpcEndpoint::id,
     .shape = "vpce-...",
     .help = "`aws:SourceVpce` of what comes through it.",
     .valid = is_vpce,
     .required = true},
    {.name = "vpc",
     .text = &VpcEndpoint::vpc,
     .shape = "vpc-...",
     .help = "`aws:SourceVpc`.",
     .valid = is_vpc,
     .required = true},
    {.name = "networks",
     .list = &VpcEndpoint::networks,
     .shape = "ADDRESS[/BITS]",
     .help = "Clients with these addresses come through it. Behind a trusted proxy, the client that it names.",
     .valid = is_network},
    {.name = "listen",
     .text = &VpcEndpoint::listen,
     .shape = "HOST:PORT",
     .help = "A listener of its own: everything that comes in there comes through it, with the certificate of `tls`.",
     .valid = is_host_port},
    {.name = "api_policy",
     .text = &VpcEndpoint::api_policy,
     .shape = "PATH",
     .help = "Endpoint policy (JSON) of the AWS doors. Empty: allows everything."},
    {.name = "dkr_policy",
     .text = &VpcEndpoint::dkr_policy,
     .shape = "PATH",
     .help = "Endpoint policy (JSON) of the OCI door. Empty: allows everything."},
};

bool repeated(const std::vector<VpcEndpoint>& all, std::string VpcEndpoint::* member, const VpcEndpoint& one) {
  return std::ranges::count(all, one.*member, member) > 1;
}

}  // namespace

std::span<const VpcEndpointKey> vpc_endpoint_keys() { return kKeys; }

void check_vpc_endpoints(const Options& options, std::vector<std::string>& problems) {
  const auto& all = options.vpc_endpoints;
  for (const auto& one : all) {
    const auto wrong = [&](std::string_view what) {
      problems.push_back("vpc_endpoint " + one.id + ": " + std::string(what));
    };
    if (repeated(all, &VpcEndpoint::id, one)) wrong("its id occurs twice");
    if (one.networks.empty() && one.listen.empty()) wrong("needs networks or listen, or nothing comes through it");
    if (one.listen.empty() || one.listen.ends_with(":0")) continue;
    if (repeated(all, &VpcEndpoint::listen, one)) wrong("another one listens there");
    if (one.listen == options.listen || one.listen == options.admin_listen) {
      wrong("listen must differ from the server's");
    }
  }
}

std::string vpc_endpoints_markdown() {
  std::string out = R"(
## `[[vpc_endpoint]]`

In the file only, as many as there are. A VPC endpoint is a part of the traffic that policies can tell from the rest: by the
clients' addresses, by a listener, or both. What comes through one has `aws:SourceVpce`, `aws:SourceVpc` and `aws:VpcSourceIp`,
has no `aws:SourceIp`, and must be allowed by the endpoint's policy besides all others. A listener counts before addresses;
of several entries whose networks hold an address, the first counts. A change needs a restart.

| key | allowed | help |
|---|---|---|
)";
  for (const auto& key : kKeys) {
    out += "| `" + std::string(key.name) + "` | " + std::string(key.shape) + (key.list != nullptr ? ", ..." : "");
    out += " | " + std::string(key.help) + (key.required ? " Required. |\n" : " |\n");
  }
  return out;
}

std::string show_vpc_endpoints(const std::vector<VpcEndpoint>& endpoints) {
  std::string out;
  for (const auto& one : endpoints) {
    out += "\n[[vpc_endpoint]]\n";
    for (const auto& key : kKeys) {
      if (key.text != nullptr) {
        if (!(one.*key.text).empty()) out += std::string(key.name) + " = " + base::quote_json(one.*key.text) + '\n';
        continue;
      }
      std::string items;
      for (const auto& item : one.*key.list) items += (items.empty() ? "" : ", ") + base::quote_json(item);
      if (!items.empty()) out += std::string(key.name) + " = [" + items + "]\n";
    }
  }
  return out;
}

}  // namespace berth::config
