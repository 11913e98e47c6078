#include "config/reference.h"

#include "base/text.h"
#include "config/vpc_endpoints.h"

namespace berth::config {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

<!-- Made from src/config/table.cc by `script/test unit --update`; do not edit. -->

Berth runs without any configuration. Each option can be set in four places; the first that sets it wins:

| where | how `http.max_head_bytes` is spelled |
|---|---|
| flag | `--http-max-head-bytes 64KiB` or `--http-max-head-bytes=64KiB` |
| environment | `BERTH_HTTP_MAX_HEAD_BYTES=64KiB` |
| file (`--config FILE` or `BERTH_CONFIG`), TOML | `[http]` and under it `max_head_bytes = "64KiB"` |
| default | see below |

- Sizes are in bytes, or with `KiB`, `MiB`, `GiB`, `TiB`. Durations need a unit: `ms`, `s`, `m`, `h`, `d`.
- Lists are `["a", "b"]` in the file, `a,b` elsewhere. A switch's flag may stand alone: `--log-access`.
- Unknown options and values that are not allowed stop the start, with the file and line, flag or variable that is wrong.
  `berth config check` prints what is in force and where each value came from, with passwords masked.
- *reload*: SIGHUP reads the file again and applies the option; the others need a restart.
)";

std::string_view group(const Option& option) {
  const auto dot = option.name.find('.');
  return dot == std::string_view::npos ? std::string_view() : option.name.substr(0, dot);
}

// Rows that exist only for tests are nobody's to set.
bool is_public(const Option& option) { return group(option) != "testing"; }

std::string default_value(const Option& option) { return show(option, Options()); }

std::string escaped_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string toml_value(const Option& option, const Options& options) {
  const std::string text = show(option, options);
  const std::string_view type = type_name(option);
  if (type == "number" || type == "switch") return text;
  if (type != "list") return base::quote_json(text);
  std::string items;
  for (const std::string_view item : base::split(text, ',')) {
    if (!item.empty()) items += (items.empty() ? "" : ", ") + base::quote_json(item);
  }
  return '[' + items + ']';
}

}  // namespace

std::string help_text() {
  std::string out =
      "Options (also as BERTH_* variables, or in a TOML file; docs/configuration.md):\n"
      "  --config FILE  [BERTH_CONFIG]\n";
  for (const Option& option : table()) {
    if (!is_public(option)) continue;
    const std::string value = default_value(option);
    out += "  " + option.flag() + " <" + std::string(type_name(option)) + ">\n";
    out += "      " + std::string(option.help) + '\n';
    out += "      " + allowed(option) + (value.empty() ? "" : "; default " + value) + '\n';
  }
  return out;
}

std::string reference_markdown() {
  std::string out(kIntroduction);
  std::string_view current = "-";
  for (const Option& option : table()) {
    if (!is_public(option)) continue;
    if (group(option) != current) {
      current = group(option);
      out += "\n## " + (current.empty() ? "Where things are" : "`[" + std::string(current) + "]`");
      out += "\n\n| option | default | allowed | help |\n|---|---|---|---|\n";
    }
    const std::string value = default_value(option);
    out += "| `" + std::string(option.name) + "` | " + (value.empty() ? "" : '`' + value + '`') + " | ";
    out += escaped_cell(allowed(option)) + " | " + escaped_cell(option.help);
    out += option.applies == Applies::reload ? " *reload* |\n" : " |\n";
  }
  out += vpc_endpoints_markdown();
  return out;
}

std::string effective(const Loaded& loaded) {
  std::string out;
  std::string_view current;
  for (const Option& option : table()) {
    if (!is_public(option)) continue;
    if (group(option) != current) {
      current = group(option);
      out += "\n[" + std::string(current) + "]\n";
    }
    const auto source = loaded.sources.find(option.name);
    const std::string_view key = option.name.substr(current.empty() ? 0 : current.size() + 1);
    const std::string from = source == loaded.sources.end() ? "default" : base::escape_controls(source->second);
    out += std::string(key) + " = " + toml_value(option, loaded.options) + "  # " + from + '\n';
  }
  out += show_vpc_endpoints(loaded.options.vpc_endpoints);
  return out;
}

}  // namespace berth::config
