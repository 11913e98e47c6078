// The AWS Query protocol, request side: a form whose names are paths into a shape.
//
//   Action=CreateUser&Version=2010-05-08&UserName=ann&Tags.member.1.Key=team&Tags.member.1.Value=a
//
// The shapes are the fields() declarations that JSON uses (json/shape.h): a form becomes the json::Value that a JSON
// client would have sent, and the same reader fills the shape and checks its rules. Pure.
#pragma once

#include <string_view>

#include "base/error.h"
#include "json/fields.h"
#include "web/request.h"
#include "web/url.h"

namespace berth::api::aws {

inline constexpr std::size_t kMaxQueryParameters = 10'000;  // of one form

// The parameters of a call: in the query of a signed URL, else in the body. `validation` if it is no form, has more
// than kMaxQueryParameters, a name twice, which two readers could read differently, or a value that is not UTF-8.
base::Result<web::Query> query_form(const web::Request& request, std::string_view body);

// What the form says of `type`, a structure; parameters that are not of it are ignored. Structures are A.B, lists
// A.member.N: N counts from 1 and gives the order, gaps close, and "A=" is an empty list. Memory follows the form's
// size, not what is written in it. `serialization`: a list's index, a whole number, a boolean or a time that is none.
base::Result<json::Value> query_value(const web::Query& form, const json::TypeDescription& type);

template <json::Shape T>
base::Result<T> decode_query(const web::Query& form) {
  BERTH_TRY(const auto value, query_value(form, json::describe<T>()));
  return json::decode_value<T>(value, json::Wording::framework);
}

}  // namespace berth::api::aws
