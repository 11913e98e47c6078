// What went wrong, as a value. Every fallible function in Berth returns Result<T>; exceptions are bugs.
//
// A code exists only if some caller reacts to it differently (usually: an adapter answers another exception name or
// status). Each adapter maps codes in one exhaustive switch (api/ecr/errors.cc, api/oci/errors.cc).
#pragma once

#include <cstdint>
#include <expected>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace berth::base {

enum class Errc : std::uint8_t {
  // the request is malformed
  invalid_parameter,  // message is the whole ECR text: Invalid parameter at '<Path>' failed to satisfy constraint: ...
  serialization,      // a body that is not JSON, or a member of another JSON type than declared
  name_invalid,       // not a repository name
  tag_invalid,        // not a tag
  digest_invalid,     // not a digest, or an algorithm that is not supported
  size_invalid,       // fewer or more bytes than announced
  range_invalid,      // a byte range outside the content
  manifest_invalid,   // not a manifest, or one with two meanings
  payload_too_large,  // over a limit on bytes
  invalid_tag_parameter,
  too_many_tags,
  unsupported,
  unknown_operation,
  not_implemented,   // an ECR operation that Berth does not have yet
  validation,        // a member breaks a rule, said in the words of services other than ECR
  invalid_input,     // IAM: a value that means nothing there
  policy_malformed,  // not a policy document, or not one of the kind wanted; says where

  // who is asking
  missing_authentication,
  incomplete_signature,
  unrecognized_client,  // no such access key, or a session token that is not ours
  signature_mismatch,   // also: a time stamp outside the window
  credentials_expired,  // expired session credentials
  token_invalid,        // a registry token that does not verify
  token_expired,        // a registry token past its 12 h
  access_denied,
  identity_token_invalid,  // a web identity token that does not verify
  identity_token_expired,
  identity_provider_rejected,     // verified, but not for this audience or subject
  identity_provider_unreachable,  // its keys cannot be fetched
  authorization_message_invalid,  // DecodeAuthorizationMessage was given something else

  // the state of the registry
  registry_not_found,  // of ECR Public: no registry has this alias
  repository_not_found,
  repository_exists,
  repository_not_empty,
  image_not_found,
  image_exists,  // same manifest under the same tag, said by the ECR door only
  tag_immutable,
  image_digest_mismatch,            // the digest given is not the manifest's
  image_referenced,                 // a manifest list holds it
  image_storage_class_unsupported,  // what holds it, or what it refers to, is of the other class
  referenced_images_not_found,
  layers_not_found,
  layer_inaccessible,  // uploaded, but no image holds it yet
  layer_exists,
  layer_referenced,  // an image holds it, so it cannot be deleted
  blob_unknown,
  upload_not_found,
  upload_busy,   // another request is writing to this upload
  upload_range,  // a chunk or part that does not start where the upload ends
  upload_empty,
  layer_digest_mismatch,
  layer_part_too_small,
  repository_policy_not_found,
  registry_policy_not_found,
  pull_exclusion_exists,
  pull_exclusion_not_found,
  lifecycle_policy_not_found,
  lifecycle_preview_not_found,
  lifecycle_preview_in_progress,  // one at a time for a repository
  template_not_found,
  template_exists,

  // the state of identities
  entity_not_found,
  entity_exists,
  entity_unmodifiable,  // what AWS manages, or a service's own role
  delete_conflict,      // something still hangs on it
  policy_not_attachable,
  packed_policy_too_large,  // session policies and tags

  // limits and weather
  limit_exceeded,
  throttled,
  deadline_exceeded,
  storage_full,
  conflict,     // a concurrent writer won; Database::write retries, callers see it only when retries ran out
  unavailable,  // a backend does not answer
  corrupt,      // stored bytes are not what was stored
  internal,
};

// One extra member of an error answer, e.g. lastValidByteReceived of InvalidLayerPartException.
struct Detail {
  std::string name;
  std::variant<std::string, std::int64_t> value;
};

// `message` is safe to show to the client, except for `internal` and `corrupt`, whose text goes to the log only.
struct Error {
  Errc code = Errc::internal;
  std::string message;
  std::vector<Detail> details;
  std::source_location where;
};

template <class T>
using Result = std::expected<T, Error>;

// The usual way to fail: `return fail(Errc::upload_not_found, "...");`
[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string message,
                                                 std::source_location where = std::source_location::current()) {
  return std::unexpected(Error{.code = code, .message = std::move(message), .details = {}, .where = where});
}

// The one spelling of an ECR validation text:
// Invalid parameter at '<path>' failed to satisfy constraint: '<constraint>'
std::string parameter_message(std::string_view path, std::string_view constraint);
[[nodiscard]] inline std::unexpected<Error> fail_parameter(
    std::string_view path, std::string_view constraint, std::source_location where = std::source_location::current()) {
  return fail(Errc::invalid_parameter, parameter_message(path, constraint), where);
}
// The same of services whose framework checks: `validation`,
// 1 validation error detected: Value at '<path>' failed to satisfy constraint: <constraint>
[[nodiscard]] std::unexpected<Error> fail_validation(std::string_view path, std::string_view constraint,
                                                     std::source_location where = std::source_location::current());

// Hands an error on: `if (!r) return propagate(r);`
template <class T>
[[nodiscard]] std::unexpected<Error> propagate(Result<T>& result) {
  return std::unexpected(std::move(result).error());
}

// The enumerator's own name ("repository_not_found"), for logs and metrics.
std::string_view name(Errc code);

}  // namespace berth::base

// BERTH_TRY(auto blob, store.stat(digest));   declares `blob`, or returns the error.
// BERTH_CHECK(store.remove(digest));          returns the error, drops the value.
#define BERTH_CONCAT_INNER(a, b) a##b
#define BERTH_CONCAT(a, b) BERTH_CONCAT_INNER(a, b)
#define BERTH_TRY_INNER(tmp, decl, ...)           \
  auto tmp = (__VA_ARGS__);                       \
  if (!tmp) return ::berth::base::propagate(tmp); \
  decl = std::move(*tmp)
#define BERTH_TRY(decl, ...) BERTH_TRY_INNER(BERTH_CONCAT(berth_try_, __COUNTER__), decl, __VA_ARGS__)
#define BERTH_CHECK(...)                                                                              \
  do {                                                                                                \
    if (auto berth_check = (__VA_ARGS__); !berth_check) return ::berth::base::propagate(berth_check); \
  } while (false)
