// What operations of AWS JSON services (ecr, organizations) have in common: from `base::Result<Out> f(const Context&,
// In)` to a function from body to body.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"
#include "json/fields.h"

namespace berth::api::aws {

template <auto Function, json::Wording Words>
struct BindJson;

template <class Context, json::Shape In, json::Shape Out, base::Result<Out> (*Function)(const Context&, In),
          json::Wording Words>
struct BindJson<Function, Words> {
  // The answer's body. Body, document and request are not all in memory at once: a layer part is large.
  static base::Result<std::string> run(const Context& context, std::string body) {
    BERTH_TRY(auto request, decode(std::move(body)));
    BERTH_TRY(const auto answer, Function(context, std::move(request)));
    return json::encode(answer);
  }
  static constexpr json::TypeDescription (*kInput)() = &json::describe<In>;
  static constexpr json::TypeDescription (*kOutput)() = &json::describe<Out>;

 private:
  static base::Result<In> decode(std::string body) {
    BERTH_TRY(const auto document, json::parse(body));
    body = std::string();
    return json::decode_value<In>(document, Words);
  }
};

// Of an operation that answers nothing: AWS sends an empty body.
template <class Context, json::Shape In, base::Result<void> (*Function)(const Context&, In), json::Wording Words>
struct BindJson<Function, Words> {
  static base::Result<std::string> run(const Context& context, std::string body) {
    BERTH_TRY(const auto document, json::parse(body));
    BERTH_TRY(auto request, json::decode_value<In>(document, Words));
    BERTH_CHECK(Function(context, std::move(request)));
    return std::string();
  }
  static constexpr json::TypeDescription (*kInput)() = &json::describe<In>;
  static constexpr json::TypeDescription (*kOutput)() = nullptr;
};

}  // namespace berth::api::aws
