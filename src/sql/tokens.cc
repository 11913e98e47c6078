#include "sql/tokens.h"

#include <algorithm>

namespace berth::sql {

base::Result<std::string> expand(std::string_view sql, std::span<const Token> tokens) {
  std::string out;
  out.reserve(sql.size());
  while (true) {
    const std::size_t open = sql.find("{{");
    out += sql.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = sql.find("}}", open);
    if (close == std::string_view::npos) return base::fail(base::Errc::internal, "SQL with {{ but no }}");
    const std::string_view name = sql.substr(open + 2, close - open - 2);
    const auto token = std::ranges::find(tokens, name, &Token::name);
    if (token == tokens.end()) return base::fail(base::Errc::internal, "no such SQL token: " + std::string(name));
    out += token->text;
    sql.remove_prefix(close + 2);
  }
}

}  // namespace berth::sql
