// One fields() declaration per shape (json/shape.h) is its parser, its validator, its serialiser and its description.
//
//   BERTH_TRY(auto request, json::decode<PutImageRequest>(body));
//   return json::encode(PutImageResponse{.image = ...});
//
// Unknown members are ignored and null counts as absent, as AWS JSON services have it. decode() fails with
// `serialization` (not JSON, or a member of another JSON type; SerializationException), or because a rule is broken, in
// the words asked for (rules.h; ECR's texts: ecr.md 1.5). Templates here are thin; the work is in the .cc files.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "json/describe.h"
#include "json/parse.h"
#include "json/rules.h"
#include "json/shape.h"
#include "json/shape_reader.h"
#include "json/shape_writer.h"

namespace berth::json {

template <Shape T>
base::Result<T> decode_value(const Value& value, Wording wording = Wording::ecr) {
  T shape{};
  BERTH_CHECK(read_shape(value, shape, Place{.wording = wording}));
  return shape;
}

template <Shape T>
base::Result<T> decode(std::string_view text, const Limits& limits = {}) {
  BERTH_TRY(const Value value, parse(text, limits));
  return decode_value<T>(value);
}

template <Shape T>
std::string encode(const T& shape) {
  Writer out;
  write_shape(out, shape);
  return out.take();
}

template <Shape T>
TypeDescription describe() {
  return describe_field<T>({});
}

}  // namespace berth::json
