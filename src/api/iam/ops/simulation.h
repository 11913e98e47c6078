// SimulatePrincipalPolicy, SimulateCustomPolicy, GetContextKeysForPrincipalPolicy, GetContextKeysForCustomPolicy.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

inline constexpr auto kResourceLength = json::length(1, 2048);
inline constexpr auto kContextKeyLength = json::length(5, 256);

enum class ContextKeyType : std::uint8_t {
  string,
  string_list,
  numeric,
  numeric_list,
  boolean,
  boolean_list,
  ip,
  ip_list,
  binary,
  binary_list,
  date,
  date_list
};
inline constexpr auto kContextKeyTypeNames =
    std::to_array<std::pair<std::string_view, ContextKeyType>>({{"string", ContextKeyType::string},
                                                                {"stringList", ContextKeyType::string_list},
                                                                {"numeric", ContextKeyType::numeric},
                                                                {"numericList", ContextKeyType::numeric_list},
                                                                {"boolean", ContextKeyType::boolean},
                                                                {"booleanList", ContextKeyType::boolean_list},
                                                                {"ip", ContextKeyType::ip},
                                                                {"ipList", ContextKeyType::ip_list},
                                                                {"binary", ContextKeyType::binary},
                                                                {"binaryList", ContextKeyType::binary_list},
                                                                {"date", ContextKeyType::date},
                                                                {"dateList", ContextKeyType::date_list}});
constexpr const auto& enum_names(ContextKeyType) { return kContextKeyTypeNames; }

struct ContextEntry {
  std::optional<std::string> name;
  std::vector<std::string> values;
  std::optional<ContextKeyType> type;  // a policy's operators say how to read a value; this says nothing more

  template <class F>
  void fields(F& f) {
    f.opt("ContextKeyName", name, kContextKeyLength);
    f.opt("ContextKeyValues", values);
    f.opt("ContextKeyType", type);
  }
};

// What both simulations take.
struct SimulationMembers : Paged {
  std::vector<std::string> documents, boundaries, actions, resources;
  std::optional<std::string> resource_policy, resource_owner, caller, handling;
  std::vector<ContextEntry> context;

  template <class F>
  void simulation_fields(F& f) {
    f.opt("PermissionsBoundaryPolicyInputList", boundaries, kDocumentLength, kDocument);
    f.req("ActionNames", actions, json::length(3, 128));
    f.opt("ResourceArns", resources, kResourceLength);
    f.opt("ResourcePolicy", resource_policy, kDocumentLength, kDocument);
    f.opt("ResourceOwner", resource_owner, kResourceLength);
    f.opt("CallerArn", caller, kResourceLength);
    f.opt("ContextEntries", context);
    f.opt("ResourceHandlingOption", handling, json::length(1, 64));
    page_fields(f);
  }
};

struct SimulatePrincipalRequest : SimulationMembers {
  std::string principal;

  template <class F>
  void fields(F& f) {
    f.req("PolicySourceArn", principal, kArnLength);
    f.opt("PolicyInputList", documents, kDocumentLength, kDocument);
    simulation_fields(f);
  }
};

struct SimulateCustomRequest : SimulationMembers {
  template <class F>
  void fields(F& f) {
    f.req("PolicyInputList", documents, kDocumentLength, kDocument);
    simulation_fields(f);
  }
};

// Where a statement stands in its document: Berth knows its policy only, and leaves these out.
struct PositionShape {
  std::int64_t line = 0, column = 0;

  template <class F>
  void fields(F& f) {
    f.opt("Line", line);
    f.opt("Column", column);
  }
};

struct StatementShape {
  std::string policy, type;
  std::optional<PositionShape> start{}, end{};

  template <class F>
  void fields(F& f) {
    f.opt("SourcePolicyId", policy);
    f.opt("SourcePolicyType", type);
    f.opt("StartPosition", start);
    f.opt("EndPosition", end);
  }
};

struct OrganizationsDecision {
  bool allowed = false;

  template <class F>
  void fields(F& f) {
    f.opt("AllowedByOrganizations", allowed);
  }
};
struct BoundaryDecision {
  bool allowed = false;

  template <class F>
  void fields(F& f) {
    f.opt("AllowedByPermissionsBoundary", allowed);
  }
};

struct ResourceResult {
  std::string resource, decision;
  std::vector<StatementShape> statements;
  std::vector<std::string> missing_context;
  std::optional<std::map<std::string, std::string>> details{};
  std::optional<BoundaryDecision> boundary{};

  template <class F>
  void fields(F& f) {
    f.opt("EvalResourceName", resource);
    f.opt("EvalResourceDecision", decision);
    f.opt("MatchedStatements", statements);
    f.opt("MissingContextValues", missing_context);
    f.opt("EvalDecisionDetails", details);
    f.opt("PermissionsBoundaryDecisionDetail", boundary);
  }
};

struct EvaluationResult {
  std::string action, resource, decision;
  std::vector<StatementShape> statements;
  std::vector<std::string> missing_context;
  std::optional<OrganizationsDecision> organizations{};
  std::optional<BoundaryDecision> boundary{};
  std::optional<std::map<std::string, std::string>> details{};
  std::vector<ResourceResult> by_resource;

  template <class F>
  void fields(F& f) {
    f.opt("EvalActionName", action);
    f.opt("EvalResourceName", resource);
    f.opt("EvalDecision", decision);
    f.opt("MatchedStatements", statements);
    f.opt("MissingContextValues", missing_context);
    f.opt("OrganizationsDecisionDetail", organizations);
    f.opt("PermissionsBoundaryDecisionDetail", boundary);
    f.opt("EvalDecisionDetails", details);
    f.opt("ResourceSpecificResults", by_resource);
  }
};

struct SimulationResponse {
  std::vector<EvaluationResult> results;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("EvaluationResults", results);
    end.page_fields(f);
  }
};

struct ContextKeysRequest {
  std::vector<std::string> documents;

  template <class F>
  void fields(F& f) {
    f.req("PolicyInputList", documents, kDocumentLength, kDocument);
  }
};

struct PrincipalContextKeysRequest {
  std::string principal;
  std::vector<std::string> documents;

  template <class F>
  void fields(F& f) {
    f.req("PolicySourceArn", principal, kArnLength);
    f.opt("PolicyInputList", documents, kDocumentLength, kDocument);
  }
};

struct ContextKeysResponse {
  std::vector<std::string> keys;

  template <class F>
  void fields(F& f) {
    f.opt("ContextKeyNames", keys);
  }
};

base::Result<SimulationResponse> simulate_principal_policy(const Call& call, SimulatePrincipalRequest request);
base::Result<SimulationResponse> simulate_custom_policy(const Call& call, SimulateCustomRequest request);
base::Result<ContextKeysResponse> context_keys_for_custom_policy(const Call& call, ContextKeysRequest request);
base::Result<ContextKeysResponse> context_keys_for_principal_policy(const Call& call,
                                                                    PrincipalContextKeysRequest request);

}  // namespace berth::api::iam
