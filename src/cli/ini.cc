#include "cli/ini.h"

#include "base/text.h"
#include "cli/files.h"

namespace berth::cli {
namespace {

std::unexpected<base::Error> refuse(std::string_view path, std::size_t line, std::string_view what) {
  return base::fail(base::Errc::invalid_parameter,
                    std::string(path) + ":" + std::to_string(line) + ": " + std::string(what));
}

// A comment begins with # or ; at the start of a line, or behind white space.
std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool begins = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';
    if (begins && (line[i] == '#' || line[i] == ';')) return line.substr(0, i);
  }
  return line;
}

std::string one_space(std::string_view name) {
  std::string out;
  for (const std::string_view word : base::split(base::trim(name), ' ')) {
    const auto bare = base::trim(word);
    if (!bare.empty()) out.append(out.empty() ? "" : " ").append(bare);
  }
  return out;
}

}  // namespace

base::Result<Ini> parse_ini(std::string_view text, std::string_view path) {
  Ini out;
  IniValues* section = nullptr;
  std::string outer;  // the key that indented lines belong to
  std::size_t number = 0;
  for (const std::string_view raw : base::split(text, '\n')) {
    ++number;
    const bool indented = raw.starts_with(' ') || raw.starts_with('\t');
    const std::string_view line = base::trim(without_comment(raw));
    if (line.empty()) continue;
    if (line.starts_with('[')) {
      if (!line.ends_with(']')) return refuse(path, number, "a section's name ends with ]");
      section = &out[one_space(line.substr(1, line.size() - 2))];
      outer.clear();
      continue;
    }
    if (section == nullptr) return refuse(path, number, "stands before the first [section]");
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) {
      if (indented && !outer.empty()) continue;  // the rest of a value over several lines: nothing we read has those
      return refuse(path, number, "is neither [section] nor key = value");
    }
    std::string key = base::to_lower(base::trim(line.substr(0, equals)));
    if (key.empty()) return refuse(path, number, "lacks a key before =");
    if (indented && !outer.empty()) {
      key = outer + "." + key;
    } else {
      outer = key;
    }
    section->insert_or_assign(std::move(key), std::string(base::trim(line.substr(equals + 1))));
  }
  return out;
}

base::Result<Ini> read_ini(const std::string& path) {
  if (path.empty()) return Ini{};
  BERTH_TRY(const auto text, read_file_if_there(path));
  return text ? parse_ini(*text, path) : Ini{};
}

}  // namespace berth::cli
