#include "auth/access_key.h"

namespace berth::auth {

NewAccessKey make_access_key(crypto::Random& random) {
  constexpr std::string_view kIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  constexpr std::string_view kSecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return {.id = "AKIA" + crypto::random_text(random, 16, kIdAlphabet),
          .secret = base::Secret(crypto::random_text(random, 40, kSecretAlphabet))};
}

std::string seal_secret(const KeyRing& keys, std::string_view access_key_id, const base::Secret& secret,
                        crypto::Random& random) {
  return keys.access_keys().seal(secret.reveal(), access_key_id, random);
}

base::Result<base::Secret> open_secret(const KeyRing& keys, std::string_view access_key_id, std::string_view sealed) {
  BERTH_TRY(std::string secret, keys.access_keys().open(sealed, access_key_id));
  return base::Secret(std::move(secret));
}

}  // namespace berth::auth
