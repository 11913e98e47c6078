// DescribeOrganization, ListRoots, EnablePolicyType, DisablePolicyType.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/organizations/call.h"
#include "api/organizations/members.h"
#include "api/organizations/ops/policies.h"
#include "api/organizations/paging.h"

namespace berth::api::organizations {

// Service control policies are always enabled; no other type is there.
struct PolicyTypeSummary {
  std::string type = "SERVICE_CONTROL_POLICY";
  std::string status = "ENABLED";

  template <class F>
  void fields(F& f) {
    f.opt("Type", type);
    f.opt("Status", status);
  }
};

struct OrganizationShape {
  std::string id, arn;
  std::string feature_set = "ALL";
  std::string management_arn, management_id, management_email;
  std::vector<PolicyTypeSummary> policy_types{PolicyTypeSummary{}};

  template <class F>
  void fields(F& f) {
    f.opt("Id", id);
    f.opt("Arn", arn);
    f.opt("FeatureSet", feature_set);
    f.opt("MasterAccountArn", management_arn);
    f.opt("MasterAccountId", management_id);
    f.opt("MasterAccountEmail", management_email);
    f.opt("AvailablePolicyTypes", policy_types);
  }
};

struct OrganizationResponse {
  OrganizationShape organization;

  template <class F>
  void fields(F& f) {
    f.opt("Organization", organization);
  }
};

struct RootShape {
  std::string id, arn;
  std::string name = "Root";
  std::vector<PolicyTypeSummary> policy_types{PolicyTypeSummary{}};

  template <class F>
  void fields(F& f) {
    f.opt("Id", id);
    f.opt("Arn", arn);
    f.opt("Name", name);
    f.opt("PolicyTypes", policy_types);
  }
};

struct ListRootsRequest : Paged {
  template <class F>
  void fields(F& f) {
    page_fields(f);
  }
};

struct ListRootsResponse {
  std::vector<RootShape> roots;
  std::optional<std::string> next_token{};

  template <class F>
  void fields(F& f) {
    f.opt("Roots", roots);
    f.opt("NextToken", next_token);
  }
};

struct PolicyTypeRequest {
  std::string root;
  PolicyType type = PolicyType::service_control;

  template <class F>
  void fields(F& f) {
    f.req("RootId", root, kRootIdLength, kRootId);
    f.req("PolicyType", type);
  }
};

struct RootResponse {
  RootShape root;

  template <class F>
  void fields(F& f) {
    f.opt("Root", root);
  }
};

base::Result<OrganizationResponse> describe_organization(const Call& call, NoMembers request);
base::Result<ListRootsResponse> list_roots(const Call& call, ListRootsRequest request);
base::Result<RootResponse> enable_policy_type(const Call& call, PolicyTypeRequest request);
base::Result<RootResponse> disable_policy_type(const Call& call, PolicyTypeRequest request);

}  // namespace berth::api::organizations
