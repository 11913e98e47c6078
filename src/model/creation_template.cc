#include "model/creation_template.h"

#include <algorithm>

namespace berth::model {

std::string_view name(AppliedFor occasion) {
  const auto* const entry =
      std::ranges::find(kAppliedForNames, occasion, &std::pair<std::string_view, AppliedFor>::second);
  return entry->first;
}

bool TemplatePrefix::matches(std::string_view text) {
  if (text == kRoot) return true;
  if (text.ends_with('/')) text.remove_suffix(1);
  return RepositoryName::matches(text);
}

base::Result<TemplatePrefix> TemplatePrefix::parse(std::string_view text) {
  if (text.empty() || text.size() > kMaxLength || !matches(text)) {
    return base::fail(base::Errc::name_invalid, "must satisfy regular expression '" + std::string(kRegex) + "'");
  }
  return TemplatePrefix(std::string(text));
}

std::string TemplatePrefix::key() const { return text().ends_with('/') ? text().substr(0, text().size() - 1) : text(); }

std::vector<std::string> template_keys(const RepositoryName& repository) {
  std::vector<std::string> keys;
  const auto& text = repository.text();
  for (auto end = text.rfind('/'); end != std::string::npos; end = text.rfind('/', end - 1)) {
    keys.push_back(text.substr(0, end));
  }
  keys.emplace_back(TemplatePrefix::kRoot);
  return keys;
}

}  // namespace berth::model
