#include "auth/denial_message.h"

#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "json/fields.h"
#include "json/writer.h"

namespace berth::auth {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxJson = 7'000;  // sealed and in base64 it stays within kMaxSize

struct Sealed {
  std::int64_t expires = 0;  // epoch seconds
  std::string message;
  template <class F>
  void fields(F& f) {
    f.req("expires", expires);
    f.req("message", message);
  }
};

std::string context(const model::AccountId& account) { return "denial-message/v1/" + account.text(); }

void items(json::Writer& out, std::string_view name, auto write_each) {
  out.key(name);
  out.begin_object();
  out.key("items");
  out.begin_array();
  write_each();
  out.end_array();
  out.end_object();
}

void member(json::Writer& out, std::string_view name, std::string_view text) {
  out.key(name);
  out.string(text);
}

void statements(json::Writer& out, const policy::Decision& decision) {
  items(out, "matchedStatements", [&] {
    for (const auto& match : decision.matches) {
      out.begin_object();
      member(out, "statementId", match.sid);
      member(out, "effect", match.deny ? "DENY" : "ALLOW");
      member(out, "sourcePolicyId", match.policy);
      out.key("statement");
      out.integer(static_cast<std::int64_t>(match.statement));
      out.end_object();
    }
  });
}

void conditions(json::Writer& out, const policy::Context& keys) {
  items(out, "conditions", [&] {
    for (const auto& [key, values] : keys) {
      out.begin_object();
      member(out, "key", key);
      items(out, "values", [&] {
        for (const auto& value : values) {
          out.begin_object();
          member(out, "value", value);
          out.end_object();
        }
      });
      out.end_object();
    }
  });
}

struct Parts {
  bool statements = true;
  bool conditions = true;
};

std::string write(const Caller& caller, const policy::Request& request, const policy::Decision& decision,
                  const Parts& parts) {
  json::Writer out;
  out.begin_object();
  out.key("allowed");
  out.boolean(decision.allowed());
  out.key("explicitDeny");
  out.boolean(decision.outcome == policy::Outcome::explicit_deny);
  statements(out, parts.statements ? decision : policy::Decision());
  items(out, "failures", [] {});
  out.key("context");
  out.begin_object();
  out.key("principal");
  out.begin_object();
  member(out, "id", caller.user_id);
  member(out, "arn", caller.arn);
  out.end_object();
  member(out, "action", request.action);
  member(out, "resource", request.resource);
  conditions(out, parts.conditions ? request.context : policy::Context());
  out.end_object();
  out.end_object();
  return out.take();
}

}  // namespace

std::string DenialMessages::encode(const Caller& caller, const policy::Request& request,
                                   const policy::Decision& decision, base::Timestamp now) const {
  Sealed sealed{.expires = std::chrono::floor<seconds>(now + kLifetime).time_since_epoch().count(), .message = {}};
  std::string text;
  for (const Parts parts : {Parts{}, Parts{.conditions = false}, Parts{.statements = false, .conditions = false}}) {
    sealed.message = write(caller, request, decision, parts);
    text = json::encode(sealed);
    if (text.size() <= kMaxJson) break;
  }
  return base::to_base64(base::as_bytes(key_.seal(text, context(caller.account), random_)));
}

base::Result<std::string> DenialMessages::decode(std::string_view message, const model::AccountId& account,
                                                 base::Timestamp now) const {
  const auto refuse = [] {
    return base::fail(base::Errc::authorization_message_invalid, "The encoded authorization message is invalid.");
  };
  if (message.size() > kMaxSize) return refuse();
  const auto bytes = base::from_base64(message);
  if (!bytes) return refuse();
  const auto text = key_.open(*bytes, context(account));
  if (!text) return refuse();
  auto sealed = json::decode<Sealed>(*text);
  if (!sealed || base::Timestamp(seconds(sealed->expires)) <= now) return refuse();
  return std::move(sealed->message);
}

}  // namespace berth::auth
