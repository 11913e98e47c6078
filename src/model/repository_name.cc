#include "model/repository_name.h"

namespace berth::model {
namespace {

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

// Between two alphanumeric characters: '.', '_', '__', any number of '-', or the '/' that parts components.
bool is_separator(std::string_view text) {
  return text == "." || text == "_" || text == "__" || text == "/" ||
         text.find_first_not_of('-') == std::string_view::npos;
}

}  // namespace

bool RepositoryName::matches(std::string_view text) {
  if (text.empty() || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  for (std::size_t i = 0; i < text.size();) {
    if (is_alphanumeric(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (!is_alphanumeric(text[end])) ++end;  // ends: the last character is alphanumeric
    if (!is_separator(text.substr(i, end - i))) return false;
    i = end;
  }
  return true;
}

bool RepositoryName::matches_public(std::string_view text) {
  // What `matches` allows beyond it are separators of several characters.
  return matches(text) && text.find("__") == std::string_view::npos && text.find("--") == std::string_view::npos;
}

base::Result<RepositoryName> RepositoryName::parse(std::string_view text) {
  if (text.size() < kMinLength || text.size() > kMaxLength) {
    return base::fail(base::Errc::name_invalid, "repository name must have 2 to 256 characters");
  }
  if (!matches(text)) {
    return base::fail(base::Errc::name_invalid,
                      "repository name must consist of lower-case letters and digits, parted by single '.', '_', '__', "
                      "'/' or any number of '-'");
  }
  return RepositoryName(std::string(text));
}

}  // namespace berth::model
