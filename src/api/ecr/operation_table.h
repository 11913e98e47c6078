// Operations of a JSON API whose exceptions are those of ECR and ECR Public, in one table, and the way from a request
// to its row and back. Shared by both doors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/aws/errors.h"
#include "api/aws/json_api.h"
#include "api/aws/operation_list.h"
#include "api/ecr/errors.h"
#include "api/ecr/exception.h"
#include "base/log.h"
#include "json/fields.h"
#include "web/request.h"
#include "web/response.h"

namespace berth::api::ecr {

enum class Access : std::uint8_t { read, write };
enum class BodySize : std::uint8_t { small, large };

// Of UploadLayerPart and PutImage: a part of 20,971,520 bytes in base64, a manifest of 4 MiB with every character
// escaped. Of all others.
inline constexpr std::uint64_t kLargeBody = 32 << 20;
inline constexpr std::uint64_t kSmallBody = 1 << 20;

// `C`: what the door hands to its operations.
template <class C>
struct OperationOf {
  std::string_view name;
  Access access;
  ExceptionSet errors;  // those that AWS's model declares
  BodySize body = BodySize::small;
  // The answer's body, or the error. nullptr, as the two below, for an operation that is not built yet.
  base::Result<std::string> (*run)(const C& call, std::string body) = nullptr;
  json::TypeDescription (*input)() = nullptr;
  json::TypeDescription (*output)() = nullptr;
};

template <class C, auto Function>
constexpr OperationOf<C> built_operation(std::string_view name, Access access, ExceptionSet errors, BodySize body) {
  using Bound = aws::BindJson<Function, json::Wording::ecr>;
  return {.name = name,
          .access = access,
          .errors = errors,
          .body = body,
          .run = &Bound::run,
          .input = Bound::kInput,
          .output = Bound::kOutput};
}

// `operations`: by name. nullptr: there is no such operation.
template <class C>
const OperationOf<C>* find_in(std::span<const OperationOf<C>> operations, std::string_view name) {
  const auto found = std::ranges::lower_bound(operations, name, {}, &OperationOf<C>::name);
  return found != operations.end() && found->name == name ? &*found : nullptr;
}

// By X-Amz-Target: "<prefix>.<operation>".
template <class C>
const OperationOf<C>* requested_of(std::span<const OperationOf<C>> operations, std::string_view prefix,
                                   const web::Request& request) {
  auto target = request.headers.get("X-Amz-Target");
  if (request.method != web::Method::post || !target.starts_with(prefix)) return nullptr;
  target.remove_prefix(prefix.size());
  return find_in(operations, target);
}

template <class C>
std::uint64_t body_limit_of(const OperationOf<C>* operation) {
  return operation != nullptr && operation->body == BodySize::large ? kLargeBody : kSmallBody;
}

inline web::Response unknown_operation(std::string_view request_id) {
  return error_response(Exception::unknown_operation,
                        {.code = base::Errc::unknown_operation, .message = "The operation requested is not known"},
                        request_id);
}

// What the operation answers, in one of the errors that it may answer.
template <class C>
web::Response answer_of(const OperationOf<C>& operation, base::Result<std::string> outcome, base::Log& log,
                        std::string_view request_id) {
  if (!outcome) {
    aws::log_failure(log, outcome.error(), request_id);
    return error_response(exception_for(outcome.error().code, operation.errors), outcome.error(), request_id);
  }
  web::Response response{.status = 200, .body = *std::move(outcome)};
  response.headers.add("Content-Type", std::string(aws::kJsonContentType));
  return response;
}

template <class C>
std::vector<aws::OperationRow> rows_of(std::span<const OperationOf<C>> operations) {
  std::vector<aws::OperationRow> rows;
  rows.reserve(operations.size());
  for (const auto& operation : operations) {
    std::vector<std::string_view> errors;
    for (std::size_t i = 0; i < kExceptionNames.size(); ++i) {
      if (operation.errors.contains(static_cast<Exception>(i))) errors.push_back(kExceptionNames[i]);
    }
    rows.push_back({.name = operation.name,
                    .built = operation.run != nullptr,
                    .errors = std::move(errors),
                    .input = operation.input,
                    .output = operation.output});
  }
  return rows;
}

}  // namespace berth::api::ecr
