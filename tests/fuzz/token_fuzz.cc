// What strangers hand in for a password, and for a download URL. The first byte says which reader gets the rest.
// Nothing may crash, and nothing may open under two master keys.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "auth/download_url.h"
#include "auth/registry_token.h"

namespace {

using namespace berth;

const base::Timestamp kNow = base::from_micros(1'700'000'000'000'000);

struct Readers {
  explicit Readers(char c)
      : keys(auth::KeyRing::from_bytes(std::string(32, c)).value()), tokens(keys, random), urls(keys) {}

  bool opens(std::string_view password) const { return tokens.open(password, kNow).has_value(); }
  bool allows(std::string_view target) const {
    const std::string_view path = target.substr(0, target.find('?'));
    return urls.verify(path, target.substr(std::min(target.size(), path.size() + 1)), kNow).has_value();
  }

  crypto::SeededRandom random{1};
  auth::KeyRing keys;
  auth::RegistryTokens tokens;
  auth::DownloadUrls urls;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Readers kOurs('k');
  static const Readers kOthers('x');
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 't':
      if (kOurs.opens(text) && kOthers.opens(text)) std::abort();
      break;
    case 'b':
      if (auto password = auth::parse_basic(text)) static_cast<void>(kOurs.opens(password->reveal()));
      break;
    case 'd':
      if (kOurs.allows(text) && kOthers.allows(text)) std::abort();
      break;
    default: break;
  }
  return 0;
}
