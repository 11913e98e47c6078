// A policy document from a stranger. The first byte says for what. Nothing may crash; what parses prints, and what is
// printed parses, prints and reads the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/document.h"
#include "policy/principals.h"

namespace {

using namespace berth;

void require(bool holds) {
  if (!holds) std::abort();
}

policy::Kind kind_of(std::uint8_t byte) {
  switch (byte) {
    case 't': return policy::Kind::trust;
    case 'r': return policy::Kind::repository;
    case 'g': return policy::Kind::registry;
    case 's': return policy::Kind::service_control;
    case 'e': return policy::Kind::endpoint;
    default: return policy::Kind::identity;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const policy::Kind kind = kind_of(data[0]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto document = policy::Document::parse(text, kind);
  if (!document) {
    require(document.error().code == base::Errc::policy_malformed && !document.error().message.empty());
    return 0;
  }
  const std::string printed = (*document)->print();
  const auto again = policy::Document::parse(printed, kind);
  require(again.has_value());
  require((*again)->print() == printed);
  require((*again)->reads() == (*document)->reads());
  require(policy::context_keys(**again) == policy::context_keys(**document));
  require(policy::principals_of(**again) == policy::principals_of(**document));
  const auto renamed = policy::rename_principals(
      **document, [](std::string_view) -> std::optional<std::string> { return "AROAEXAMPLEEXAMPLE234"; });
  require(policy::Document::parse(renamed->print(), kind).has_value());
  return 0;
}
