// [[vpc_endpoint]]: the entries of the file that are no single options.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/options.h"

namespace berth::config {

// One key of an entry, declared once: reading, printing and docs/configuration.md follow from it. One of the two slots.
struct VpcEndpointKey {
  std::string_view name;
  std::string VpcEndpoint::* text = nullptr;
  std::vector<std::string> VpcEndpoint::* list = nullptr;
  std::string_view shape;
  std::string_view help;
  bool (*valid)(std::string_view) = nullptr;  // of a text, or of each item of a list
  bool required = false;
};
std::span<const VpcEndpointKey> vpc_endpoint_keys();

// What no key can say alone: an id twice, an entry that nothing can come through, a listener twice. Appends to
// `problems`.
void check_vpc_endpoints(const Options& options, std::vector<std::string>& problems);

std::string vpc_endpoints_markdown();
std::string show_vpc_endpoints(const std::vector<VpcEndpoint>& endpoints);  // as TOML

}  // namespace berth::config
