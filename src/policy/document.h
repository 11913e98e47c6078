// A policy document: parsed once, immutable, evaluated by decide.h.
//
// Source: "Grammar of the IAM JSON policy language", "IAM JSON policy elements reference" of the IAM User Guide; what
// each kind may hold from the same guide and, for ECR's two, ecr.md 3.2.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace berth::policy {

// What a document is for decides which elements it must and must not have.
enum class Kind : std::uint8_t {
  identity,           // of a user, group, role, session; also a permissions boundary: no Principal, Resource required
  trust,              // who may assume a role: Principal required, no Resource
  repository,         // ECR: Principal required, Resource optional and meaning this repository
  public_repository,  // ECR Public: likewise
  registry,           // ECR: Principal and Resource required
  service_control,    // of an organization: as identity
  endpoint,           // of a VPC endpoint: Principal and Resource required
};

namespace detail {
struct Parsed;
}

class Document {
 public:
  // `policy_malformed`: says what is wrong and where ("Statement[1].Action[0]: ..."), in AWS's words where it has any.
  // No limit on length: that is the caller's, who knows the quota; nesting, duplicate members and sizes are bounded by
  // json::Limits.
  static base::Result<std::shared_ptr<const Document>> parse(std::string_view text, Kind kind);

  Kind kind() const;
  // Normal form, indented as ECR prints it ("{\n  \"Version\" : \"2008-10-17\", ..."). parse(print()) decides the same
  // and prints the same.
  std::string print() const;

  // The patterns of actions that its statements name, as written; for a statement with NotAction, "*".
  std::vector<std::string> actions() const;

  // Every condition key and policy variable that the decision may read, in lower case, sorted, each once.
  const std::vector<std::string>& reads() const;

  const detail::Parsed& parsed() const { return *parsed_; }  // for this room alone

  explicit Document(std::shared_ptr<const detail::Parsed> parsed) : parsed_(std::move(parsed)) {}

 private:
  std::shared_ptr<const detail::Parsed> parsed_;
};

// The condition keys and policy variables of a document as it spells them, each once, in order of appearance: what
// GetContextKeysForCustomPolicy answers.
std::vector<std::string> context_keys(const Document& document);

}  // namespace berth::policy
