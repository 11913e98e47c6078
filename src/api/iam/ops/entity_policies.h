// Inline policies, attached policies and boundaries of users, roles and groups: the same operations for each, under
// names of their own.
#pragma once

#include <string>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

// PutUserPolicy, PutRolePolicy, PutGroupPolicy.
template <class Whose>
struct PutInlineRequest {
  std::string owner, policy, document;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.req("PolicyName", policy, kLongNameLength, kName);
    f.req("PolicyDocument", document, kDocumentLength, kDocument);
  }
};
template <class Whose>
base::Result<void> put_inline(const Call& call, PutInlineRequest<Whose> request) {
  return call.iam.entity_policies.put_inline(
      call.scope, Whose::entity(std::move(request.owner)),
      {.name = std::move(request.policy), .document = std::move(request.document)});
}

// Get..., Delete...
template <class Whose>
struct InlineRequest {
  std::string owner, policy;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.req("PolicyName", policy, kLongNameLength, kName);
  }
};
template <class Whose>
struct GetInlineResponse {
  std::string owner, policy, document;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.opt("PolicyName", policy);
    f.opt("PolicyDocument", document);
  }
};
template <class Whose>
base::Result<GetInlineResponse<Whose>> get_inline(const Call& call, InlineRequest<Whose> request) {
  BERTH_TRY(const auto policy,
            call.iam.entity_policies.get_inline(call.scope, Whose::entity(request.owner), request.policy));
  return GetInlineResponse<Whose>{
      .owner = std::move(request.owner), .policy = policy.name, .document = encoded(policy.document)};
}
template <class Whose>
base::Result<void> delete_inline(const Call& call, InlineRequest<Whose> request) {
  return call.iam.entity_policies.remove_inline(call.scope, Whose::entity(std::move(request.owner)), request.policy);
}

// List...Policies.
template <class Whose>
struct ListInlineRequest : Paged {
  std::string owner;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    page_fields(f);
  }
};
struct ListInlineResponse {
  std::vector<std::string> names;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("PolicyNames", names);
    end.page_fields(f);
  }
};
template <class Whose>
base::Result<ListInlineResponse> list_inline(const Call& call, ListInlineRequest<Whose> request) {
  constexpr std::string_view kList = "InlinePolicies";
  BERTH_TRY(const auto page, request.page(kList));
  BERTH_TRY(auto found,
            call.iam.entity_policies.list_inline(call.scope, Whose::entity(std::move(request.owner)), page));
  return ListInlineResponse{.names = std::move(found.items), .end = {kList, found.next}};
}

// Attach..., Detach...
template <class Whose>
struct AttachRequest {
  std::string owner, arn;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.req("PolicyArn", arn, kArnLength);
  }
};
template <class Whose>
base::Result<void> attach_policy(const Call& call, AttachRequest<Whose> request) {
  return call.iam.entity_policies.attach(call.scope, Whose::entity(std::move(request.owner)), request.arn);
}
template <class Whose>
base::Result<void> detach_policy(const Call& call, AttachRequest<Whose> request) {
  return call.iam.entity_policies.detach(call.scope, Whose::entity(std::move(request.owner)), request.arn);
}

// ListAttached...Policies.
template <class Whose>
struct ListAttachedRequest : Paged {
  std::string owner;
  std::string path_prefix = "/";

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.opt("PathPrefix", path_prefix, kPathLength, kPolicyPath);
    page_fields(f);
  }
};
struct ListAttachedResponse {
  std::vector<AttachedPolicyShape> policies;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt("AttachedPolicies", policies);
    end.page_fields(f);
  }
};
template <class Whose>
base::Result<ListAttachedResponse> list_attached(const Call& call, ListAttachedRequest<Whose> request) {
  constexpr std::string_view kList = "AttachedPolicies";
  BERTH_TRY(const auto page, request.page(kList, std::move(request.path_prefix)));
  BERTH_TRY(const auto found,
            call.iam.entity_policies.list_attached(call.scope, Whose::entity(std::move(request.owner)), page));
  return ListAttachedResponse{.policies = shapes_of(found.items, &attached_shape), .end = {kList, found.next}};
}

// Put...PermissionsBoundary, Delete...PermissionsBoundary.
template <class Whose>
struct PutBoundaryRequest {
  std::string owner, arn;

  template <class F>
  void fields(F& f) {
    Whose::field(f, owner);
    f.req("PermissionsBoundary", arn, kArnLength);
  }
};
template <class Whose>
base::Result<void> put_boundary(const Call& call, PutBoundaryRequest<Whose> request) {
  return call.iam.entity_policies.put_boundary(call.scope, Whose::entity(std::move(request.owner)), request.arn);
}
template <class Whose>
base::Result<void> delete_boundary(const Call& call, Named<Whose> request) {
  return call.iam.entity_policies.remove_boundary(call.scope, Whose::entity(std::move(request.name)));
}

}  // namespace berth::api::iam
