// A form of the Query protocol from a stranger, read as each operation of IAM would read it. Nothing may crash, and
// what a form says never takes more values than the form has parameters.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/aws/query.h"
#include "api/iam/operations.h"
#include "api/iam/ops/simulation.h"
#include "api/iam/ops/users.h"

namespace {

using namespace berth;
using namespace berth::api;

void require(bool holds) {
  if (!holds) std::abort();
}

// Texts, numbers and booleans; an empty list counts as one.
std::size_t leaves(const json::Value& value) {
  std::size_t count = 0;
  if (const auto* const object = value.as_object()) {
    for (const auto& member : *object) count += leaves(member.value);
    return count;
  }
  const auto* const list = value.as_array();
  if (list == nullptr || list->empty()) return 1;
  for (const auto& element : *list) count += leaves(element);
  return count;
}

template <class T>
void read(const web::Query& form) {
  const auto read = aws::decode_query<T>(form);
  if (read) {
    aws::XmlWriter out;
    aws::write_xml(out, "R", *read);
    return;
  }
  require(read.error().code == base::Errc::validation || read.error().code == base::Errc::serialization);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const web::Request request{.method = web::Method::post, .target = "/"};
  const auto form = aws::query_form(request, {reinterpret_cast<const char*>(data), size});
  if (!form) {
    require(form.error().code == base::Errc::validation);
    return 0;
  }
  for (const auto& operation : iam::operations()) {
    const auto value = aws::query_value(*form, operation.input());
    if (value) require(leaves(*value) <= form->size());
  }
  read<iam::CreateUserRequest>(*form);
  read<iam::SimulateCustomRequest>(*form);
  return 0;
}
