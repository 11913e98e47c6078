// Percent-encoding from a stranger. What decodes has no NUL, is no longer than before, and survives being encoded
// again; a log line never shows the value of a parameter whose name says that it is a secret.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "web/redact.h"
#include "web/url.h"

namespace {

using namespace berth;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require(web::percent_decode(web::percent_encode(text)).has_value() == (text.find('\0') == text.npos));
  if (const auto decoded = web::percent_decode(text)) {
    require(decoded->size() <= text.size());
    if (text.find('\0') == text.npos) {
      require(decoded->find('\0') == decoded->npos);
      require(web::percent_decode(web::percent_encode(*decoded)) == *decoded);
      require(web::percent_decode(web::percent_encode_path(*decoded)) == *decoded);
    }
  }
  if (const auto query = web::Query::parse(text)) {
    std::string again;
    for (const auto& [name, value] : *query) {
      again += web::percent_encode(name) + "=" + web::percent_encode(value) + "&";
    }
    if (text.find('\0') == text.npos) {
      const auto second = web::Query::parse(again);
      require(second.has_value() && second->size() == query->size());
    }
  }
  const std::string secret = "SECRET-VALUE";
  const auto logged = web::redact_target("/?" + std::string(text) + "&X-Amz-Signature=" + secret);
  if (text.find(secret) == text.npos) require(!logged.contains(secret));
  return 0;
}
