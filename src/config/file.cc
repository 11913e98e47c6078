// The configuration file: TOML, tables for the dots in names. The only place that knows toml++.
#include <toml++/toml.h>

#include <algorithm>

#include "base/text.h"
#include "config/load.h"
#include "config/vpc_endpoints.h"

namespace berth::config {
namespace {

// Walks the tables of one file.
class FileReader {
 public:
  FileReader(const std::string& path, Loaded& loaded, std::vector<std::string>& problems)
      : path_(path), loaded_(loaded), problems_(problems) {}

  void read(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      if (name == kVpcEndpoint) {
        read_endpoints(node);
      } else if (const Option* option = find_option(name)) {
        take(*option, node);
      } else if (const toml::table* inner = node.as_table(); inner != nullptr && is_group(name + '.')) {
        read(*inner, name + '.');
      } else {
        unknown(name, key.source().begin.line);
      }
    }
  }

 private:
  static constexpr std::string_view kVpcEndpoint = "vpc_endpoint";

  void problem(const toml::node& node, const std::string& text) {
    problems_.push_back(place(node.source().begin.line) + ": " + std::string(kVpcEndpoint) + ": " + text);
  }

  void read_endpoints(const toml::node& node) {
    const toml::array* entries = node.as_array();
    if (entries == nullptr) return problem(node, "write [[vpc_endpoint]] above each");
    for (const toml::node& entry : *entries) {
      const toml::table* table = entry.as_table();
      if (table == nullptr) return problem(entry, "write [[vpc_endpoint]] above each");
      read_endpoint(*table);
    }
  }

  void read_endpoint(const toml::table& table) {
    VpcEndpoint endpoint;
    for (const auto& [name, node] : table) {
      const auto key = std::ranges::find(vpc_endpoint_keys(), name.str(), &VpcEndpointKey::name);
      if (key == vpc_endpoint_keys().end()) {
        problem(node, "no such key: " + base::escape_controls(name.str()));
      } else if (!take_key(*key, node, endpoint)) {
        problem(node, std::string(key->name) + ": expected " + std::string(key->shape));
      }
    }
    for (const auto& key : vpc_endpoint_keys()) {
      if (key.required && (endpoint.*key.text).empty()) problem(table, std::string(key.name) + " is missing");
    }
    loaded_.options.vpc_endpoints.push_back(std::move(endpoint));
  }

  static bool take_key(const VpcEndpointKey& key, const toml::node& node, VpcEndpoint& endpoint) {
    const auto text_of = [&](const toml::node& from) -> const std::string* {
      const auto* const text = from.as_string();
      if (text == nullptr || text->get().empty() || (key.valid != nullptr && !key.valid(text->get()))) return nullptr;
      return &text->get();
    };
    if (key.text != nullptr) {
      const auto* const text = text_of(node);
      if (text != nullptr) endpoint.*key.text = *text;
      return text != nullptr;
    }
    const toml::array* items = node.as_array();
    if (items == nullptr) return false;
    for (const toml::node& item : *items) {
      const auto* const text = text_of(item);
      if (text == nullptr) return false;
      (endpoint.*key.list).push_back(*text);
    }
    return true;
  }

  static bool is_group(std::string_view prefix) {
    for (const Option& option : table()) {
      if (option.name.starts_with(prefix)) return true;
    }
    return false;
  }

  std::string place(std::uint32_t line) const { return path_ + ':' + std::to_string(line); }

  void unknown(const std::string& name, std::uint32_t line) {
    const std::string_view nearest = nearest_option(name);
    std::string problem = place(line) + ": " + base::escape_controls(name) + ": no such option";
    if (!nearest.empty()) problem += "; did you mean " + std::string(nearest) + "?";
    problems_.push_back(std::move(problem));
  }

  // A scalar as a flag would spell it. nullopt: a type that no option has.
  static std::optional<std::string> spelled(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
    return std::nullopt;
  }

  base::Result<void> assigned(const Option& option, const toml::node& node) {
    const auto wrong = [&] { return base::fail(base::Errc::invalid_parameter, "expected " + allowed(option)); };
    if (const toml::array* array = node.as_array(); array != nullptr && type_name(option) == "list") {
      std::vector<std::string> items;
      for (const toml::node& item : *array) {
        if (!item.is_string()) return wrong();
        items.push_back(item.as_string()->get());
      }
      return assign(option, loaded_.options, std::move(items));
    }
    const auto text = spelled(node);
    if (!text) return wrong();
    return assign(option, loaded_.options, *text);
  }

  void take(const Option& option, const toml::node& node) {
    const std::string where = place(node.source().begin.line);
    if (const auto done = assigned(option, node); !done) {
      problems_.push_back(where + ": " + std::string(option.name) + ": " + done.error().message);
    } else {
      loaded_.sources.insert_or_assign(option.name, where);
    }
  }

  const std::string& path_;
  Loaded& loaded_;
  std::vector<std::string>& problems_;
};

}  // namespace

void read_file(std::string_view toml, const std::string& path, Loaded& loaded, std::vector<std::string>& problems) {
  try {
    FileReader(path, loaded, problems).read(toml::parse(toml), "");
  } catch (const toml::parse_error& error) {
    problems.push_back(path + ':' + std::to_string(error.source().begin.line) + ": " +
                       base::escape_controls(error.description()));
  }
}

}  // namespace berth::config
