// SigV4 from the outside: a head and a body as text, verified against a known key. Nothing may crash, and no request
// may verify under two secrets.
//
//   METHOD SP target LF, header lines "name: value" LF, an empty line, the body
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "auth/amz_date.h"
#include "auth/sigv4.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace {

using namespace berth;

class OneSecret final : public auth::CredentialSource {
 public:
  explicit OneSecret(std::string secret) : secret_(std::move(secret)) {}
  base::Result<std::optional<auth::AccessKey>> find(std::string_view id, std::string_view) const override {
    return auth::AccessKey{
        .secret = base::Secret(secret_),
        .caller = auth::Caller::root(model::AccountId::parse("123456789012").value(), std::string(id))};
  }

 private:
  std::string secret_;
};

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

struct Input {
  std::vector<std::pair<std::string, std::string>> headers;
  auth::RequestHead head;
  std::string_view body;
};

void read(std::string_view text, Input& input) {
  const std::string_view first = take_line(text);
  input.head.method = first.substr(0, first.find(' '));
  const std::string_view target = first.substr(std::min(first.size(), input.head.method.size() + 1));
  input.head.path = target.substr(0, target.find('?'));
  input.head.query = target.substr(std::min(target.size(), input.head.path.size() + 1));
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::string_view name = line.substr(0, line.find(':'));
    input.headers.emplace_back(name, base::trim(line.substr(std::min(line.size(), name.size() + 1))));
  }
  input.head.headers = input.headers;
  for (const std::string_view host : input.head.values("host")) input.head.host = host;
  input.body = text;
}

bool verifies(const auth::SigV4Verifier& verifier, const Input& input) {
  auto pending = verifier.inspect(input.head);
  return pending && verifier.verify(std::move(*pending), crypto::sha256_hex(base::as_bytes(input.body))).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const base::ManualClock kClock(auth::parse_amz_date("20260228T235930Z").value());
  static const OneSecret kRight("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  static const OneSecret kWrong("another");
  static const auth::SigV4Verifier kVerifier(kRight, kClock);
  static const auth::SigV4Verifier kOther(kWrong, kClock);
  Input input;
  read({reinterpret_cast<const char*>(data), size}, input);
  if (verifies(kVerifier, input) && verifies(kOther, input)) std::abort();
  return 0;
}
