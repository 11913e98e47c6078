// What the services of identities share.
//
// Every method acts in the account of the caller: IAM has no other way to say one. Every method: access_denied,
// deadline_exceeded, unavailable; `validation` and `invalid_input` for members that break IAM's rules. Texts are IAM's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/identity.h"
#include "service/core.h"

namespace berth::service::iam {

// A user, role or group of the caller's account. Names compare without case.
struct EntityRef {
  model::EntityKind kind = model::EntityKind::user;
  std::string name;
};
inline EntityRef user(std::string name) { return {model::EntityKind::user, std::move(name)}; }
inline EntityRef role(std::string name) { return {model::EntityKind::role, std::move(name)}; }
inline EntityRef group(std::string name) { return {model::EntityKind::group, std::move(name)}; }

// A part of a list: what comes after `after`, which is empty or the `next` of the page before.
struct PageRequest {
  std::string after;
  std::size_t limit = 100;  // IAM: 1..1000
  std::string path_prefix = "/";
};

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;  // there is more: IAM's Marker, Organizations' NextToken
};

}  // namespace berth::service::iam
