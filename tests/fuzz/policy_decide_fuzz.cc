// A request and the policies that have a say in it, all of a stranger's choosing. Lines: who, action, resource, owner,
// context keys ("key=value", until an empty line), then documents, each after a line that says where it hangs.
// Nothing may crash; an added denial never allows, and without a statement that allows nobody but root is let in.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "policy/decide.h"
#include "policy/decision_cache.h"

namespace {

using namespace berth;
using policy::Kind;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

policy::Principal principal(std::string_view who) {
  using enum policy::Principal::Kind;
  const std::string account = "111122223333";
  if (who == "root") return {.kind = root, .account = account, .arn = "arn:aws:iam::111122223333:root"};
  if (who == "service") return {.kind = service, .arn = "replication.ecr.amazonaws.com"};
  if (who == "anonymous") return {.kind = anonymous};
  if (who == "federated") return {.kind = federated, .provider = "accounts.google.com"};
  if (who == "role") {
    return {.kind = role,
            .account = account,
            .arn = "arn:aws:sts::111122223333:assumed-role/ci/s",
            .role_arn = "arn:aws:iam::111122223333:role/ci",
            .unique_id = "AROAEXAMPLEEXAMPLE234"};
  }
  return {.account = account, .arn = "arn:aws:iam::111122223333:user/alice", .unique_id = "AIDAEXAMPLEEXAMPLE234"};
}

void attach(std::string_view where, std::string_view text, policy::Policies& out) {
  const auto parsed = [&](Kind kind) { return policy::Document::parse(text, kind); };
  const auto add = [&](Kind kind, std::vector<policy::Attached>& to) {
    if (auto document = parsed(kind)) to.push_back({std::move(*document), std::string(where)});
  };
  if (where == "identity") add(Kind::identity, out.identity);
  if (where == "session") add(Kind::identity, out.session);
  if (where == "repository") add(Kind::repository, out.resource);
  if (where == "registry") add(Kind::registry, out.resource);
  if (where == "trust") add(Kind::trust, out.resource);
  if (where == "scp") add(Kind::service_control, out.service_control.emplace_back());
  if (where == "boundary") {
    if (auto document = parsed(Kind::identity)) out.boundary = {std::move(*document), "boundary"};
  }
  if (where == "endpoint") {
    if (auto document = parsed(Kind::endpoint)) out.endpoint = {std::move(*document), "endpoint"};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  policy::Request request;
  request.principal = principal(take_line(text));
  request.action = take_line(text);
  request.resource = take_line(text);
  request.resource_account = take_line(text);
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t equals = std::min(line.find('='), line.size());
    std::vector<std::string> values;
    if (const auto* const known = request.context.find(line.substr(0, equals))) values = *known;
    values.emplace_back(line.substr(std::min(equals + 1, line.size())));
    request.context.set(line.substr(0, equals), std::move(values));
  }
  policy::Policies policies;
  while (!text.empty()) {
    const std::string_view where = take_line(text);
    attach(where, take_line(text), policies);
  }
  policies.session_bounded = !policies.session.empty();

  const policy::Decision decision = policy::decide(request, policies);
  require(decision.outcome != policy::Outcome::explicit_deny || !decision.matches.empty());
  require(!policy::denial(request, decision).empty());
  for (const policy::Match& match : decision.matches) require(match.deny == !decision.allowed());
  if (decision.allowed() && request.principal.kind != policy::Principal::Kind::root) require(!decision.matches.empty());

  policy::DecisionCache cache(100);
  const policy::CachedQuestion question{.version = 1,
                                        .principal = request.principal.arn,
                                        .action = request.action,
                                        .resource = request.resource,
                                        .scope = request.resource_account,
                                        .context = request.context};
  cache.put(question, policies, std::make_shared<const policy::Decision>(decision));
  if (const auto cached = cache.find(question)) require(cached->outcome == decision.outcome);

  static const auto kDenial =
      policy::Document::parse(R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})", Kind::identity).value();
  policies.identity.push_back({kDenial, "more"});
  require(policy::decide(request, policies).outcome == policy::Outcome::explicit_deny);
  return 0;
}
