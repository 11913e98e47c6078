#include "web/request.h"

#include <array>
#include <utility>

namespace berth::web {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> kNames{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::delete_, "DELETE"},
    {Method::options, "OPTIONS"},
}};

}  // namespace

std::string_view name(Method method) {
  for (const auto& [value, text] : kNames) {
    if (value == method) return text;
  }
  return "-";
}

Method method_from(std::string_view text) {
  for (const auto& [value, spelling] : kNames) {
    if (spelling == text) return value;
  }
  return Method::other;
}

}  // namespace berth::web
