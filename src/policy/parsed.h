// A document in the form in which it is evaluated. Of this room alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/document.h"
#include "policy/index.h"
#include "policy/operators.h"
#include "policy/pattern.h"

namespace berth::policy::detail {

struct PrincipalEntry {
  enum class Kind : std::uint8_t {
    anyone,          // "*", with or without "AWS"
    account,         // twelve digits
    user,            // the ARN of an IAM user, or of a federated user
    role,            // of a role
    session,         // of a role's session
    unique_id,       // AIDA..., AROA...
    service,         // "lambda.amazonaws.com"
    federated,       // an identity provider's ARN or name
    canonical_user,  // of S3; nobody here has one
  };
  Kind kind = Kind::anyone;
  std::string value;  // what is compared
  std::string print;
};

struct PrincipalGroup {
  std::string type;  // "AWS", "Service", "Federated", "CanonicalUser"
  std::vector<PrincipalEntry> entries;
};

struct Principals {
  bool negated = false;                // NotPrincipal
  bool star = false;                   // "*" without a type; then there are no groups
  std::vector<PrincipalGroup> groups;  // as written
};

struct ConditionKey {
  Operator op;
  std::string op_written;
  Key key;
  std::string key_written;
  std::vector<Operand> operands;
};

struct Resources {
  bool present = false;
  bool negated = false;  // NotResource
  std::vector<std::string> written;
  std::vector<Pattern> patterns;
};

struct Statement {
  std::optional<std::string> sid;
  bool deny = false;
  std::optional<Principals> principals;
  bool not_action = false;
  std::vector<std::string> actions;  // as written
  std::vector<Pattern> patterns;     // of the actions, in lower case
  Resources resources;
  std::vector<ConditionKey> conditions;  // those of one operator stand together
  bool names_anonymous = false;          // has a condition on berth:Anonymous
};

struct Parsed {
  Kind kind = Kind::identity;
  std::string version;
  std::optional<std::string> id;
  std::vector<Statement> statements;
  ActionIndex by_action;
  ResourceIndex by_resource;
  std::vector<std::string> reads;  // condition keys and variables, lower case, sorted, each once
};

}  // namespace berth::policy::detail
