// The normal form of a document, laid out as ECR does (Jackson's default pretty printer).
#include "base/text.h"
#include "policy/document.h"
#include "policy/parsed.h"

namespace berth::policy {
namespace {

using namespace detail;

class Printer {
 public:
  void open(char c) {
    out_ += c;
    ++depth_;
    first_ = true;
  }
  void close(char c) {
    --depth_;
    line();
    out_ += c;
    first_ = false;
  }
  void key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    line();
    out_ += base::quote_json(name) + " : ";
  }
  void text(std::string_view value) { out_ += base::quote_json(value); }
  // A list of one is written as that one.
  void texts(const std::vector<std::string>& values) {
    if (values.size() == 1) return text(values[0]);
    out_ += "[ ";
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ", ";
      text(values[i]);
    }
    out_ += values.empty() ? "]" : " ]";
  }
  void raw(std::string_view bytes) { out_ += bytes; }
  std::string take() { return std::move(out_); }

 private:
  void line() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

void print_principals(Printer& out, const Principals& principals) {
  out.key(principals.negated ? "NotPrincipal" : "Principal");
  if (principals.star) return out.text("*");
  out.open('{');
  for (const PrincipalGroup& group : principals.groups) {
    std::vector<std::string> texts;
    for (const PrincipalEntry& entry : group.entries) texts.push_back(entry.print);
    out.key(group.type);
    out.texts(texts);
  }
  out.close('}');
}

void print_conditions(Printer& out, const std::vector<ConditionKey>& conditions) {
  out.key("Condition");
  out.open('{');
  for (std::size_t i = 0; i < conditions.size();) {
    const std::string& op = conditions[i].op_written;
    out.key(op);
    out.open('{');
    for (; i < conditions.size() && conditions[i].op_written == op; ++i) {
      std::vector<std::string> texts;
      for (const Operand& operand : conditions[i].operands) texts.push_back(operand.written);
      out.key(conditions[i].key_written);
      out.texts(texts);
    }
    out.close('}');
  }
  out.close('}');
}

void print_statement(Printer& out, const Statement& statement) {
  out.open('{');
  if (statement.sid) {
    out.key("Sid");
    out.text(*statement.sid);
  }
  out.key("Effect");
  out.text(statement.deny ? "Deny" : "Allow");
  if (statement.principals) print_principals(out, *statement.principals);
  out.key(statement.not_action ? "NotAction" : "Action");
  out.texts(statement.actions);
  if (statement.resources.present) {
    out.key(statement.resources.negated ? "NotResource" : "Resource");
    out.texts(statement.resources.written);
  }
  if (!statement.conditions.empty()) print_conditions(out, statement.conditions);
  out.close('}');
}

}  // namespace

std::string Document::print() const {
  Printer out;
  out.open('{');
  out.key("Version");
  out.text(parsed_->version);
  if (parsed_->id) {
    out.key("Id");
    out.text(*parsed_->id);
  }
  out.key("Statement");
  out.raw("[ ");
  for (std::size_t i = 0; i < parsed_->statements.size(); ++i) {
    if (i > 0) out.raw(", ");
    print_statement(out, parsed_->statements[i]);
  }
  out.raw(" ]");
  out.close('}');
  return out.take();
}

}  // namespace berth::policy
