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

// Where the text of the star may end next, at least a character on: where what follows it may begin.
std::size_t take_more(std::string_view compiled, std::size_t star, std::string_view text, std::size_t at) {
  const std::size_t next = next_character(text, at);
  if (star + 1 == compiled.size()) return text.size();
  if (is_wildcard(compiled[star + 1])) return next;
  return std::min(text.find(compiled[star + 1], next), text.size());
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
      if (star == std::string_view::npos) return false;
      const std::size_t next = take_more(compiled, star, text, resume);
      if (compiled[star] == kAnyPart && text.substr(resume, next - resume).contains(':')) return false;
      t = resume = next;
      p = star + 1;
    }
  }
  while (p < compiled.size() && is_star(compiled[p])) ++p;
  return p == compiled.size();
}

// The leftmost place of each run leaves the most to those behind it.
bool runs_match(std::string_view compiled, std::size_t start, std::span<const Run> runs, std::string_view text) {
  if (!text.starts_with(compiled.substr(0, start))) return false;
  std::size_t from = start;
  for (const Run& run : runs) {
    const std::string_view literal = compiled.substr(run.at, run.size);
    std::size_t at = 0;
    if (&run == &runs.back()) {
      if (text.size() - from < literal.size() || !text.ends_with(literal)) return false;
      at = text.size() - literal.size();
    } else {
      at = text.find(literal, from);
      if (at == std::string_view::npos) return false;
    }
    if (run.within_part && text.substr(from, at - from).contains(':')) return false;
    from = at + literal.size();
  }
  return true;
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
                    .key = Key(key),
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
  const auto first = std::ranges::find_if(compiled_, is_wildcard);
  start_ = static_cast<std::size_t>(first - compiled_.begin());
  if (!variables_.empty()) start_ = std::min(start_, variables_.front().at);
  if (first == compiled_.end()) {
    shape_ = Shape::exact;
  } else if (first + 1 == compiled_.end() && *first == kAny) {
    shape_ = first == compiled_.begin() ? Shape::any : Shape::prefix;
  } else {
    shape_ = Shape::glob;
    set_runs();
  }
}

void Pattern::set_runs() {
  if (!variables_.empty() || compiled_.contains(kOne) || compiled_.contains(kOnePart)) return;
  for (std::size_t at = start_; at < compiled_.size();) {
    const bool within_part = compiled_[at] == kAnyPart;
    const auto end =
        std::find_if(compiled_.begin() + static_cast<std::ptrdiff_t>(at) + 1, compiled_.end(), is_wildcard);
    const std::size_t next = static_cast<std::size_t>(end - compiled_.begin());
    runs_.push_back({static_cast<std::uint32_t>(at + 1), static_cast<std::uint32_t>(next - at - 1), within_part});
    at = next;
  }
  shape_ = Shape::runs;
}

// nullptr: there is none that can stand here.
const std::string* Pattern::value_of(const Variable& variable, const Context& context) {
  const std::vector<std::string>* const values = context.find(variable.key);
  if (values == nullptr) return variable.fallback ? &*variable.fallback : nullptr;
  const std::string& value = values->front();
  if (values->size() > 1 || (variable.one_part && value.contains(':'))) return nullptr;
  // A value is text, never a wildcard: also if somebody sends the bytes that stand for one here.
  return std::ranges::any_of(value, is_wildcard) ? nullptr : &value;
}

bool Pattern::resolves(const Context& context) const {
  return std::ranges::all_of(variables_, [&](const Variable& each) { return value_of(each, context) != nullptr; });
}

bool Pattern::has_variables_before_resource() const { return std::ranges::any_of(variables_, &Variable::one_part); }

std::optional<std::string> Pattern::value(const Context& context) const {
  std::string out;
  out.reserve(compiled_.size() + 32 * variables_.size());
  std::size_t from = 0;
  for (const Variable& variable : variables_) {
    const std::string* const value = value_of(variable, context);
    if (value == nullptr) return std::nullopt;
    out.append(compiled_, from, variable.at - from).append(*value);
    from = variable.at;
  }
  out.append(compiled_, from);
  return out;
}

bool Pattern::matches(std::string_view text, const Context& context) const {
  if (!variables_.empty()) return expanded_matches(text, context);
  switch (shape_) {
    case Shape::any: return true;
    case Shape::exact: return text == compiled_;
    case Shape::prefix: return text.starts_with(literal_start());
    case Shape::runs: return runs_match(compiled_, start_, runs_, text);
    case Shape::glob: return text.starts_with(literal_start()) && glob(compiled_, text);
  }
  return false;
}

bool Pattern::expanded_matches(std::string_view text, const Context& context) const {
  if (!text.starts_with(literal_start())) return false;
  // "${key}" and nothing else.
  if (compiled_.empty() && variables_.size() == 1) {
    const std::string* const value = value_of(variables_.front(), context);
    return value != nullptr && *value == text;
  }
  const std::optional<std::string> whole = value(context);
  return whole && (shape_ == Shape::exact ? *whole == text : glob(*whole, text));
}

void Pattern::add_keys(std::vector<std::string>& out) const {
  for (const Variable& variable : variables_) out.push_back(variable.written);
}

}  // namespace berth::policy::detail
