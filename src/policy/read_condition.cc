#include "base/text.h"
#include "json/writer.h"
#include "policy/read.h"

namespace berth::policy::detail {
namespace {

// Values may be given without quotes: true, 5.
base::Result<std::string> read_value(const json::Value& value, const std::string& at) {
  if (const std::string* const text = value.as_string()) return *text;
  if (value.as_bool() || value.as_double()) return json::write(value);
  return malformed(at, "must be a string, a number or a boolean");
}

base::Result<void> read_operand(const Reading& reading, const json::Value& value, ConditionKey& out,
                                const std::string& at) {
  BERTH_TRY(const std::string text, read_value(value, at));
  auto operand = make_operand(out.op.comparison, text, reading.variables);
  if (!operand) return malformed(at, operand.error().message + ": " + base::quote_json(text));
  out.operands.push_back(std::move(*operand));
  return {};
}

base::Result<ConditionKey> read_key(const Reading& reading, const Operator& op, std::string_view op_written,
                                    const json::Member& key, const std::string& at) {
  if (!key.name.contains(':') || key.name.size() > 512) {
    return malformed(at, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  ConditionKey out{
      .op = op, .op_written = std::string(op_written), .key = Key(key.name), .key_written = key.name, .operands = {}};
  if (const json::Array* const list = key.value.as_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      BERTH_CHECK(read_operand(reading, (*list)[i], out, element(at, i)));
    }
  } else {
    BERTH_CHECK(read_operand(reading, key.value, out, at));
  }
  return out;
}

}  // namespace

base::Result<std::vector<ConditionKey>> read_conditions(const Reading& reading, const json::Value& value,
                                                        const std::string& at) {
  const json::Object* const operators = value.as_object();
  if (operators == nullptr) return malformed(at, "must be an object");
  std::vector<ConditionKey> out;
  for (const json::Member& each : *operators) {
    const std::string here = member(at, each.name);
    const auto op = parse_operator(each.name);
    if (!op) return malformed(here, "Invalid Condition type : " + each.name + ".");
    const json::Object* const keys = each.value.as_object();
    if (keys == nullptr) return malformed(here, "must be an object");
    for (const json::Member& key : *keys) {
      BERTH_TRY(ConditionKey read, read_key(reading, *op, each.name, key, member(here, key.name)));
      out.push_back(std::move(read));
    }
  }
  return out;
}

}  // namespace berth::policy::detail
