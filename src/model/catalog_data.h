// What the gallery shows of a public repository (ECR Public API, "RepositoryCatalogData"). Values; limits are the
// door's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::model {

struct CatalogData {
  std::optional<std::string> description, about_text, usage_text;  // the last two in Markdown
  std::optional<std::vector<std::string>> architectures, operating_systems;
  std::optional<std::string> logo;  // bytes of a PNG

  friend bool operator==(const CatalogData&, const CatalogData&) = default;
};

// The signature with which every PNG begins (PNG specification, 5.2).
constexpr bool is_png(std::string_view bytes) {
  constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
  return bytes.starts_with(kSignature);
}

}  // namespace berth::model
