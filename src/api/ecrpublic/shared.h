// Operations that ECR has too: its own functions, for a public registry.
#pragma once

#include <utility>

#include "api/ecrpublic/call.h"
#include "api/ecrpublic/shapes.h"

namespace berth::api::ecrpublic {

template <auto Function>
struct Shared;

template <class Request, class Response, base::Result<Response> (*Function)(const ecr::Call&, Request)>
struct Shared<Function> {
  static base::Result<Response> by_id(const Call& call, InById<Request> request) {
    return Function(call.ecr, static_cast<Request&&>(request));
  }
  // Where registryId may be an alias.
  static base::Result<Response> by_id_or_alias(const Call& call, InByIdOrAlias<Request> request) {
    BERTH_TRY(request.registry_id, call.account(request.registry_id));
    return Function(call.ecr, static_cast<Request&&>(request));
  }
};

}  // namespace berth::api::ecrpublic
