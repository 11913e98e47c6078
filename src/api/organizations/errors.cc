#include "api/organizations/errors.h"

#include <algorithm>
#include <string>
#include <utility>

#include "api/aws/errors.h"

namespace berth::api::organizations {
namespace {

constexpr std::string_view kSubject = "subject";
constexpr std::string_view kException = "exception";
constexpr std::string_view kReason = "Reason";

std::string_view detail(const base::Error& error, std::string_view name) {
  const auto found = std::ranges::find(error.details, name, &base::Detail::name);
  if (found == error.details.end()) return {};
  const auto* const text = std::get_if<std::string>(&found->value);
  return text == nullptr ? std::string_view() : *text;
}

struct Named {
  std::string_view subject, exception;
};
constexpr Named kNotFound[] = {
    {"account", "AccountNotFoundException"}, {"creation", "CreateAccountStatusNotFoundException"},
    {"policy", "PolicyNotFoundException"},   {"target", "TargetNotFoundException"},
    {"parent", "ParentNotFoundException"},   {"child", "ChildNotFoundException"},
    {"root", "RootNotFoundException"},       {"attachment", "PolicyNotAttachedException"}};
constexpr Named kExists[] = {{"policy", "DuplicatePolicyException"},
                             {"attachment", "DuplicatePolicyAttachmentException"}};

// A subject that is not in the table is a bug, and answered as an error of the service.
template <std::size_t Size>
std::string_view exception_of(const Named (&table)[Size], std::string_view subject) {
  for (const auto& row : table) {
    if (row.subject == subject) return row.exception;
  }
  return "ServiceException";
}

struct Exception {
  std::string_view name;
  std::string_view reason = {};
};

Exception exception_for(const base::Error& error, const Operation& operation) {
  using enum base::Errc;
  if (const auto name = detail(error, kException); !name.empty()) return {name, detail(error, kReason)};
  switch (error.code) {
    case entity_not_found: return {exception_of(kNotFound, detail(error, kSubject))};
    case entity_exists: return {exception_of(kExists, detail(error, kSubject))};
    case delete_conflict: return {operation.in_use};
    case limit_exceeded: return {"ConstraintViolationException", operation.over_limit};
    case unsupported: return {"AWSOrganizationsNotInUseException"};
    case policy_malformed: return {"MalformedPolicyDocumentException"};
    case entity_unmodifiable: return {"InvalidInputException", "IMMUTABLE_POLICY"};
    case validation:
    case invalid_parameter:
    case invalid_input: return {"InvalidInputException", "INVALID_PATTERN"};
    case throttled: return {"TooManyRequestsException"};
    case conflict: return {"ConcurrentModificationException"};
    case deadline_exceeded:
    case storage_full:
    case unavailable:
    case corrupt:
    case internal: return {"ServiceException"};
    case access_denied:
    case serialization:
    case payload_too_large:
    case unknown_operation:
    case not_implemented:
    case name_invalid:
    case tag_invalid:
    case digest_invalid:
    case size_invalid:
    case range_invalid:
    case manifest_invalid:
    case invalid_tag_parameter:
    case too_many_tags:
    case missing_authentication:
    case incomplete_signature:
    case unrecognized_client:
    case signature_mismatch:
    case credentials_expired:
    case token_invalid:
    case token_expired:
    case identity_token_invalid:
    case identity_token_expired:
    case identity_provider_rejected:
    case identity_provider_unreachable:
    case authorization_message_invalid:
    case registry_not_found:
    case repository_not_found:
    case repository_exists:
    case repository_not_empty:
    case image_not_found:
    case image_exists:
    case tag_immutable:
    case image_digest_mismatch:
    case image_referenced:
    case image_storage_class_unsupported:
    case referenced_images_not_found:
    case layers_not_found:
    case layer_inaccessible:
    case layer_exists:
    case layer_referenced:
    case blob_unknown:
    case upload_not_found:
    case upload_busy:
    case upload_range:
    case upload_empty:
    case layer_digest_mismatch:
    case layer_part_too_small:
    case repository_policy_not_found:
    case pull_exclusion_exists:
    case pull_exclusion_not_found:
    case lifecycle_policy_not_found:
    case lifecycle_preview_not_found:
    case lifecycle_preview_in_progress:
    case template_not_found:
    case template_exists:
    case registry_policy_not_found:
    case policy_not_attachable:
    case packed_policy_too_large: return {aws::common_error(error.code).json};
  }
  std::unreachable();
}

}  // namespace

web::Response error_response(const base::Error& error, const Operation& operation, std::string_view request_id) {
  const auto exception = exception_for(error, operation);
  base::Error shown{.code = error.code, .message = error.message, .details = {}, .where = error.where};
  if (!exception.reason.empty()) {
    shown.details.push_back({.name = std::string(kReason), .value = std::string(exception.reason)});
  }
  return aws::json_error(exception.name, aws::json_status(error.code), shown, request_id);
}

std::unexpected<base::Error> fail_as(std::string_view name, std::string message) {
  return std::unexpected(base::Error{.code = base::Errc::invalid_input,
                                     .message = std::move(message),
                                     .details = {{.name = std::string(kException), .value = std::string(name)}}});
}

std::unexpected<base::Error> fail_input(std::string_view reason, std::string message) {
  auto failure = fail_as("InvalidInputException", std::move(message));
  failure.error().details.push_back({.name = std::string(kReason), .value = std::string(reason)});
  return failure;
}

}  // namespace berth::api::organizations
