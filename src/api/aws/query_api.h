// What the services of the Query protocol (iam, sts) are made of: one table of operations, and what runs a call by it.
//
//   constexpr auto kOperations = std::to_array<aws::QueryOperation<Call>>({
//       aws::query_operation<&create_user>("CreateUser"), ...   // by name; base::Result<Out> create_user(const Call&,
//       In)
//   });
//   return aws::answer_query<Call>(kApi, kOperations, here, call.request, body, log);
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "api/aws/query.h"
#include "api/aws/query_xml.h"
#include "api/aws/service.h"
#include "api/aws/xml.h"
#include "base/error.h"
#include "base/log.h"
#include "json/fields.h"
#include "web/response.h"

namespace berth::api::aws {

struct QueryApi {
  std::string_view xml_namespace;  // "https://iam.amazonaws.com/doc/2010-05-08/"
  std::string_view version;        // "2010-05-08"
};

// `Context` is what the service's functions take first.
template <class Context>
struct QueryOperation {
  std::string_view name;
  // Writes <NameResult>, if the operation has one.
  base::Result<void> (*run)(const Context& context, const web::Query& form, std::string_view name, XmlWriter& out);
  json::TypeDescription (*input)();
  json::TypeDescription (*output)();  // nullptr: it answers nothing but the request id
};

template <auto Function>
struct BindQuery;

template <class Context, json::Shape In, json::Shape Out, base::Result<Out> (*Function)(const Context&, In)>
struct BindQuery<Function> {
  static base::Result<void> run(const Context& context, const web::Query& form, std::string_view name, XmlWriter& out) {
    BERTH_TRY(auto request, decode_query<In>(form));
    BERTH_TRY(const auto answer, Function(context, std::move(request)));
    write_xml(out, std::string(name) + "Result", answer);
    return {};
  }
  static constexpr QueryOperation<Context> kRow = {
      .name = {}, .run = &run, .input = &json::describe<In>, .output = &json::describe<Out>};
};

template <class Context, json::Shape In, base::Result<void> (*Function)(const Context&, In)>
struct BindQuery<Function> {
  static base::Result<void> run(const Context& context, const web::Query& form, std::string_view, XmlWriter&) {
    BERTH_TRY(auto request, decode_query<In>(form));
    return Function(context, std::move(request));
  }
  static constexpr QueryOperation<Context> kRow = {
      .name = {}, .run = &run, .input = &json::describe<In>, .output = nullptr};
};

template <auto Function>
constexpr auto query_operation(std::string_view name) {
  auto row = BindQuery<Function>::kRow;
  row.name = name;
  return row;
}

// `unknown_operation`, in the words of AWS's front.
base::Error unknown_action(const web::Query& form);
web::Response query_response(std::string body);
// An answer around what `run` wrote: <NameResponse xmlns>..<ResponseMetadata><RequestId>
void begin_answer(XmlWriter& out, const QueryApi& api, std::string_view name);
std::string end_answer(XmlWriter& out, std::string_view request_id);
web::Response failed_query(const QueryApi& api, const base::Error& error, std::string_view request_id, base::Log& log);

// One call from its form to its answer. `operations` stand by name.
template <class Context>
web::Response answer_query(const QueryApi& api, std::span<const QueryOperation<Context>> operations,
                           const Context& context, const Call& call, std::string_view body, base::Log& log) {
  const auto& request_id = call.scope.request_id;
  const auto form = query_form(call.request, body);
  if (!form) return failed_query(api, form.error(), request_id, log);
  const auto name = form->get("Action");
  const auto found = std::ranges::lower_bound(operations, name, {}, &QueryOperation<Context>::name);
  if (found == operations.end() || found->name != name || form->get("Version") != api.version) {
    return failed_query(api, unknown_action(*form), request_id, log);
  }
  XmlWriter out;
  begin_answer(out, api, found->name);
  if (const auto done = found->run(context, *form, found->name, out); !done) {
    return failed_query(api, done.error(), request_id, log);
  }
  return query_response(end_answer(out, request_id));
}

}  // namespace berth::api::aws
