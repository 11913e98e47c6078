// The structures that several operations take or answer. Private to api/iam.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/iam/members.h"
#include "base/clock.h"
#include "model/identity.h"
#include "service/iam/common.h"
#include "service/iam/tags.h"

namespace berth::api::iam {

// model::ResourceTag with IAM's rules.
struct TagShape {
  std::string key, value;

  template <class F>
  void fields(F& f) {
    f.req("Key", key, kTagKeyLength, kTagKey);
    f.req("Value", value, kTagValueLength, kTagValue);
  }
};
using TagShapes = std::vector<TagShape>;

std::vector<model::ResourceTag> tags_from(TagShapes shapes);
TagShapes shapes_of(const std::vector<model::ResourceTag>& tags);
std::optional<TagShapes> some_tags(const std::vector<model::ResourceTag>& tags);  // IAM leaves an empty list out

// Whose policies, tags or devices an operation is about, as its model spells it.
struct OfUser {
  template <class F>
  static void field(F& f, std::string& name) {
    f.req("UserName", name, kNameLength, kName);
  }
  static service::iam::EntityRef entity(std::string name) { return service::iam::user(std::move(name)); }
};
struct OfExistingUser {  // the same, from the older parts of the model
  template <class F>
  static void field(F& f, std::string& name) {
    f.req("UserName", name, kLongNameLength, kName);
  }
  static service::iam::EntityRef entity(std::string name) { return service::iam::user(std::move(name)); }
  static service::iam::Taggable taggable(std::string name) { return {.name = std::move(name)}; }
};
struct OfRole {
  template <class F>
  static void field(F& f, std::string& name) {
    f.req("RoleName", name, kNameLength, kName);
  }
  static service::iam::EntityRef entity(std::string name) { return service::iam::role(std::move(name)); }
  static service::iam::Taggable taggable(std::string name) {
    return {.kind = service::iam::Taggable::Kind::role, .name = std::move(name)};
  }
};
struct OfGroup {
  template <class F>
  static void field(F& f, std::string& name) {
    f.req("GroupName", name, kLongNameLength, kName);
  }
  static service::iam::EntityRef entity(std::string name) { return service::iam::group(std::move(name)); }
};
struct OfPolicy {
  template <class F>
  static void field(F& f, std::string& arn) {
    f.req("PolicyArn", arn, kArnLength);
  }
  static service::iam::Taggable taggable(std::string arn) {
    return {.kind = service::iam::Taggable::Kind::policy, .name = std::move(arn)};
  }
};
struct OfProvider {
  template <class F>
  static void field(F& f, std::string& arn) {
    f.req("OpenIDConnectProviderArn", arn, kArnLength);
  }
  static service::iam::Taggable taggable(std::string arn) {
    return {.kind = service::iam::Taggable::Kind::oidc_provider, .name = std::move(arn)};
  }
};

// Nothing but that name.
template <class Whose>
struct Named {
  std::string name;

  template <class F>
  void fields(F& f) {
    Whose::field(f, name);
  }
};

struct BoundaryShape {
  std::string type = "Policy";
  std::string arn;

  template <class F>
  void fields(F& f) {
    f.opt("PermissionsBoundaryType", type);
    f.opt("PermissionsBoundaryArn", arn);
  }
};
std::optional<BoundaryShape> boundary_of(const model::Entity& entity);

struct UserShape {
  std::string path, name, id, arn;
  base::Timestamp created;
  std::optional<base::Timestamp> password_last_used{};  // Berth has no passwords
  std::optional<BoundaryShape> boundary{};
  std::optional<TagShapes> tags{};

  template <class F>
  void fields(F& f) {
    f.opt("Path", path);
    f.opt("UserName", name);
    f.opt("UserId", id);
    f.opt("Arn", arn);
    f.opt("CreateDate", created);
    f.opt("PasswordLastUsed", password_last_used);
    f.opt("PermissionsBoundary", boundary);
    f.opt("Tags", tags);
  }
};

struct GroupShape {
  std::string path, name, id, arn;
  base::Timestamp created;

  template <class F>
  void fields(F& f) {
    f.opt("Path", path);
    f.opt("GroupName", name);
    f.opt("GroupId", id);
    f.opt("Arn", arn);
    f.opt("CreateDate", created);
  }
};

struct RoleLastUsedShape {
  std::optional<base::Timestamp> date{};
  std::optional<std::string> region{};

  template <class F>
  void fields(F& f) {
    f.opt("LastUsedDate", date);
    f.opt("Region", region);
  }
};
RoleLastUsedShape last_used_of(const model::Entity& role);

struct RoleShape {
  std::string path, name, id, arn;
  base::Timestamp created;
  std::string trust_policy;  // percent-encoded, as all documents in answers
  std::optional<std::string> description{};
  std::int64_t max_session_seconds = 0;
  std::optional<BoundaryShape> boundary{};
  std::optional<TagShapes> tags{};
  std::optional<RoleLastUsedShape> last_used{};

  template <class F>
  void fields(F& f) {
    f.opt("Path", path);
    f.opt("RoleName", name);
    f.opt("RoleId", id);
    f.opt("Arn", arn);
    f.opt("CreateDate", created);
    f.opt("AssumeRolePolicyDocument", trust_policy);
    f.opt("Description", description);
    f.opt("MaxSessionDuration", max_session_seconds);
    f.opt("PermissionsBoundary", boundary);
    f.opt("Tags", tags);
    f.opt("RoleLastUsed", last_used);
  }
};

// All that GetUser, GetRole and the like tell. Lists leave out boundary, tags and last use, as IAM's do.
UserShape full_user(const model::Entity& user);
UserShape listed_user(const model::Entity& user);
GroupShape group_shape(const model::Entity& group);
RoleShape full_role(const model::Entity& role);
RoleShape listed_role(const model::Entity& role);

// The shapes of a page's items.
template <class T, class Shape>
std::vector<Shape> shapes_of(const std::vector<T>& items, Shape (*shape_of)(const T&)) {
  std::vector<Shape> shapes;
  shapes.reserve(items.size());
  for (const auto& item : items) shapes.push_back(shape_of(item));
  return shapes;
}

struct AttachedPolicyShape {
  std::string name, arn;

  template <class F>
  void fields(F& f) {
    f.opt("PolicyName", name);
    f.opt("PolicyArn", arn);
  }
};
AttachedPolicyShape attached_shape(const model::AttachedPolicy& policy);

// Of a policy document in an answer: percent-encoded by RFC 3986.
std::string encoded(std::string_view document);

}  // namespace berth::api::iam
