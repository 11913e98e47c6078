// Service control policies: CreatePolicy, UpdatePolicy, DescribePolicy, DeletePolicy, ListPolicies, AttachPolicy,
// DetachPolicy, ListPoliciesForTarget, ListTargetsForPolicy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/organizations/call.h"
#include "api/organizations/members.h"
#include "api/organizations/ops/accounts.h"
#include "api/organizations/paging.h"
#include "model/organization.h"

namespace berth::api::organizations {

// The others are known by name, so that they are refused for what they are.
enum class PolicyType : std::uint8_t {
  service_control,
  resource_control,
  tag,
  backup,
  ai_services_opt_out,
  chatbot,
  declarative_ec2,
  security_hub,
  inspector,
  upgrade_rollout,
  bedrock,
  s3,
  network_security_director,
};
inline constexpr auto kPolicyTypeNames = std::to_array<std::pair<std::string_view, PolicyType>>(
    {{"SERVICE_CONTROL_POLICY", PolicyType::service_control},
     {"RESOURCE_CONTROL_POLICY", PolicyType::resource_control},
     {"TAG_POLICY", PolicyType::tag},
     {"BACKUP_POLICY", PolicyType::backup},
     {"AISERVICES_OPT_OUT_POLICY", PolicyType::ai_services_opt_out},
     {"CHATBOT_POLICY", PolicyType::chatbot},
     {"DECLARATIVE_POLICY_EC2", PolicyType::declarative_ec2},
     {"SECURITYHUB_POLICY", PolicyType::security_hub},
     {"INSPECTOR_POLICY", PolicyType::inspector},
     {"UPGRADE_ROLLOUT_POLICY", PolicyType::upgrade_rollout},
     {"BEDROCK_POLICY", PolicyType::bedrock},
     {"S3_POLICY", PolicyType::s3},
     {"NETWORK_SECURITY_DIRECTOR_POLICY", PolicyType::network_security_director}});
constexpr const auto& enum_names(PolicyType) { return kPolicyTypeNames; }

struct CreatePolicyRequest {
  std::string content, description, name;
  PolicyType type = PolicyType::service_control;
  std::vector<TagShape> tags;

  template <class F>
  void fields(F& f) {
    f.req("Content", content, kPolicyContentLength, kAnyText);
    f.req("Description", description, kPolicyDescriptionLength, kAnyText);
    f.req("Name", name, kPolicyNameLength, kAnyText);
    f.req("Type", type);
    f.opt("Tags", tags);
  }
};

struct PolicySummary {
  std::string id, arn, name, description;
  PolicyType type = PolicyType::service_control;
  bool aws_managed = false;

  template <class F>
  void fields(F& f) {
    f.opt("Id", id);
    f.opt("Arn", arn);
    f.opt("Name", name);
    f.opt("Description", description);
    f.opt("Type", type);
    f.opt("AwsManaged", aws_managed);
  }
};

struct PolicyShape {
  PolicySummary summary;
  std::string content;

  template <class F>
  void fields(F& f) {
    f.opt("PolicySummary", summary);
    f.opt("Content", content);
  }
};

struct PolicyResponse {
  PolicyShape policy;

  template <class F>
  void fields(F& f) {
    f.opt("Policy", policy);
  }
};

struct UpdatePolicyRequest {
  std::string id;
  std::optional<std::string> name, description, content;

  template <class F>
  void fields(F& f) {
    f.req("PolicyId", id, kPolicyIdLength, kPolicyId);
    f.opt("Name", name, kPolicyNameLength, kAnyText);
    f.opt("Description", description, kPolicyDescriptionLength, kAnyText);
    f.opt("Content", content, kPolicyContentLength, kAnyText);
  }
};

struct PolicyRequest {
  std::string id;

  template <class F>
  void fields(F& f) {
    f.req("PolicyId", id, kPolicyIdLength, kPolicyId);
  }
};

struct ListPoliciesRequest : Paged {
  PolicyType filter = PolicyType::service_control;

  template <class F>
  void fields(F& f) {
    f.req("Filter", filter);
    page_fields(f);
  }
};

struct ListPoliciesForTargetRequest : Paged {
  std::string target;
  PolicyType filter = PolicyType::service_control;

  template <class F>
  void fields(F& f) {
    f.req("TargetId", target, kLongIdLength, kTargetId);
    f.req("Filter", filter);
    page_fields(f);
  }
};

struct ListPoliciesResponse {
  std::vector<PolicySummary> policies;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("Policies", policies);
    f.opt("NextToken", next_token);
  }
};

struct AttachmentRequest {
  std::string policy, target;

  template <class F>
  void fields(F& f) {
    f.req("PolicyId", policy, kPolicyIdLength, kPolicyId);
    f.req("TargetId", target, kLongIdLength, kTargetId);
  }
};

struct ListTargetsRequest : Paged {
  std::string policy;

  template <class F>
  void fields(F& f) {
    f.req("PolicyId", policy, kPolicyIdLength, kPolicyId);
    page_fields(f);
  }
};

struct TargetShape {
  std::string id, arn, name, type;

  template <class F>
  void fields(F& f) {
    f.opt("TargetId", id);
    f.opt("Arn", arn);
    f.opt("Name", name);
    f.opt("Type", type);
  }
};

struct ListTargetsResponse {
  std::vector<TargetShape> targets;
  std::optional<std::string> next_token;

  template <class F>
  void fields(F& f) {
    f.opt("Targets", targets);
    f.opt("NextToken", next_token);
  }
};

base::Result<PolicyResponse> create_policy(const Call& call, CreatePolicyRequest request);
base::Result<PolicyResponse> update_policy(const Call& call, UpdatePolicyRequest request);
base::Result<PolicyResponse> describe_policy(const Call& call, PolicyRequest request);
base::Result<void> delete_policy(const Call& call, PolicyRequest request);
base::Result<ListPoliciesResponse> list_policies(const Call& call, ListPoliciesRequest request);
base::Result<ListPoliciesResponse> list_policies_for_target(const Call& call, ListPoliciesForTargetRequest request);
base::Result<ListTargetsResponse> list_targets_for_policy(const Call& call, ListTargetsRequest request);
base::Result<void> attach_policy(const Call& call, AttachmentRequest request);
base::Result<void> detach_policy(const Call& call, AttachmentRequest request);

}  // namespace berth::api::organizations
