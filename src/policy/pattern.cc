#include "policy/pattern.h"

#include <algorithm>

#include "base/text.h"

namespace berth::policy::detail {
namespace {

// Bytes that do not occur in UTF-8.
constexpr char kAny = '\xFF';       // '*'
constexpr char kOne = '\xFE';       // '?'
constexpr char kAnyPart = '\xFD';   // '*' that stops at ':'
constexpr char kOnePart = '\xFC';   // '?' that is no ':'
constexpr std::size_t kColons = 5;  // between the parts of an ARN

bool is_wildcard(char c) { return static_cast<unsigned char>(c) >= 0xFC; }
bool is_star(char c) { return c == kAny || c == kAnyPart; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && is_continuation(text[at])) ++at;
  return at;
}

bool is_key_character(char c) {
  return c == ':' || c == '/' || c == '-' || c == '_' || c == '.' || c == '@' || c == '=' || c == '+' || c == ' ' ||
         (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

}  // namespace

bool glob(std::string_view compiled, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last one passed, and where its text began to be given back
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < compiled.size() && is_star(compiled[p])) {
      star = p++;
      resume = t;
    } else if (p < compiled.size() && (compiled[p] == kOne || (compiled[p] == kOnePart && text[t] != ':'))) {
      ++p;
      t = next_character(text, t);
    } else if (p < compiled.size() && compiled[p] == text[t]) {
      ++p;
      ++t;
    } else {
      // Parts are bounded by the same colons whatever the stars before take, so only the last star can take more.
      if (star == std::string_view::npos || (compiled[star] == kAnyPart && text[resume] == ':')) return false;
      resume = next_character(text, resume);
      t = resume;
      p = star + 1;
    }
  }
  while (p < compiled.size() && is_star(compiled[p])) ++p;
  return p == compiled.size();
}

base::Result<Pattern> Pattern::make(std::string_view text, Syntax syntax, bool variables) {
  Pattern out;
  if (text == "*" && syntax != Syntax::literal) {
    out.compiled_ = kAny;
    out.shape_ = Shape::any;
    return out;
  }
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (variables && c == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      BERTH_TRY(i, out.read_variable(text, i, syntax));
      continue;
    }
    if ((c == '*' || c == '?') && syntax != Syntax::literal) {
      out.add_wildcard(c, syntax);
    } else {
      out.colons_ += c == ':';
      out.compiled_ += c;
    }
    ++i;
  }
  out.finish(syntax);
  return out;
}

Pattern Pattern::folded(std::string_view text) {
  Pattern out;
  for (const char c : base::to_lower(text)) {
    if (c == '*' || c == '?') {
      out.add_wildcard(c, Syntax::wildcard);
    } else {
      out.compiled_ += c;
    }
  }
  out.finish(Syntax::wildcard);
  return out;
}

void Pattern::add_wildcard(char c, Syntax syntax) {
  const bool part = syntax == Syntax::arn && colons_ < kColons;
  if (c == '?') {
    compiled_ += part ? kOnePart : kOne;
  } else if (compiled_.empty() || compiled_.back() != (part ? kAnyPart : kAny)) {
    compiled_ += part ? kAnyPart : kAny;
  }
}

// text[at] is the '$' of "${"; answers where reading goes on.
base::Result<std::size_t> Pattern::read_variable(std::string_view text, std::size_t at, Syntax syntax) {
  const std::string_view rest = text.substr(at + 2);
  if (rest.starts_with("*}") || rest.starts_with("?}") || rest.starts_with("$}")) {
    compiled_ += rest[0];
    return at + 4;
  }
  std::size_t end = 0;
  while (end < rest.size() && is_key_character(rest[end])) ++end;
  const std::string_view key = base::trim(rest.substr(0, end));
  if (key.empty()) return base::fail(base::Errc::policy_malformed, "a policy variable needs the name of a key");
  Variable variable{.at = compiled_.size(),
                    .key = base::to_lower(key),
                    .written = std::string(key),
                    .fallback = std::nullopt,
                    .one_part = syntax == Syntax::arn && colons_ < kColons};
  if (end < rest.size() && rest[end] == ',') {
    const std::size_t open = rest.find_first_not_of(' ', end + 1);
    const std::size_t close =
        open == std::string_view::npos || rest[open] != '\'' ? std::string_view::npos : rest.find('\'', open + 1);
    if (close == std::string_view::npos) {
      return base::fail(base::Errc::policy_malformed, "the default of a policy variable stands in single quotes");
    }
    variable.fallback = std::string(rest.substr(open + 1, close - open - 1));
    end = std::min(rest.find_first_not_of(' ', close + 1), rest.size());
  }
  if (end >= rest.size() || rest[end] != '}') {
    return base::fail(base::Errc::policy_malformed, "a policy variable has no closing brace");
  }
  variables_.push_back(std::move(variable));
  return at + 2 + end + 1;
}

void Pattern::finish(Syntax syntax) {
  // "If you specify an incomplete resource ARN, AWS completes it by adding wildcards."
  if (syntax == Syntax::arn) {
    for (; colons_ < kColons; ++colons_) {
      compiled_ += ':';
      compiled_ += colons_ + 1 == kColons ? kAny : kAnyPart;
    }
  }
  set_shape();
}

void Pattern::set_shape() {
  const std::size_t first =
      static_cast<std::size_t>(std::find_if(compiled_.begin(), compiled_.end(), is_wildcard) - compiled_.begin());
  if (first == compiled_.size()) {
    shape_ = Shape::exact;
  } else if (first + 1 == compiled_.size() && compiled_[first] == kAny) {
    shape_ = first == 0 ? Shape::any : Shape::prefix;
  } else {
    shape_ = Shape::glob;
  }
}

std::optional<std::string> Pattern::value(const Context& context) const {
  std::string out;
  out.reserve(compiled_.size() + 32 * variables_.size());
  std::size_t from = 0;
  for (const Variable& variable : variables_) {
    out.append(compiled_, from, variable.at - from);
    from = variable.at;
    const std::vector<std::string>* const values = context.find_folded(variable.key);
    if (values != nullptr && values->size() > 1) return std::nullopt;
    const std::string* const value = values != nullptr   ? &values->front()
                                     : variable.fallback ? &*variable.fallback
                                                         : nullptr;
    if (value == nullptr) return std::nullopt;
    if (variable.one_part && value->contains(':')) return std::nullopt;
    // A value is text, never a wildcard: also if somebody sends the bytes that stand for one here.
    if (std::ranges::any_of(*value, is_wildcard)) return std::nullopt;
    out += *value;
  }
  out.append(compiled_, from);
  return out;
}

bool Pattern::matches(std::string_view text, const Context& context) const {
  if (!variables_.empty()) {
    const std::optional<std::string> whole = value(context);
    return whole && (shape_ == Shape::exact ? *whole == text : glob(*whole, text));
  }
  switch (shape_) {
    case Shape::any: return true;
    case Shape::exact: return text == compiled_;
    case Shape::prefix: return text.starts_with(std::string_view(compiled_).substr(0, compiled_.size() - 1));
    case Shape::glob: return glob(compiled_, text);
  }
  return false;
}

void Pattern::add_keys(std::vector<std::string>& out) const {
  for (const Variable& variable : variables_) out.push_back(variable.written);
}

}  // namespace berth::policy::detail
