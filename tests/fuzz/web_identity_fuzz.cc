// What strangers hand in to get temporary credentials, or as such. The first byte says which reader gets the rest.
// Nothing may crash, no token may verify with the keys of two issuers, and no session token may open under two master
// keys or for two access keys.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "auth/denial_message.h"
#include "auth/key_set.h"
#include "auth/session_credentials.h"
#include "auth/web_identity.h"

namespace {

using namespace berth;

const base::Timestamp kNow = base::from_micros(1'700'000'000'000'000);

// A token, a line feed, the keys of one issuer, a line feed, those of another.
void token_and_keys(std::string_view text) {
  const std::string_view token_text = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), token_text.size() + 1));
  const std::string_view first = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), first.size() + 1));
  const auto token = auth::WebIdentityToken::parse(token_text);
  if (!token) return;
  static_cast<void>(auth::check_claims(*token, {.issuer = token->issuer, .client_ids = {"a"}, .now = kNow}));
  static_cast<void>(auth::claim_values(token->claims, "sub"));
  const auto verifies = [&](std::string_view keys_text) {
    const auto keys = auth::KeySet::parse(keys_text);
    const auto* const key = keys ? keys->find(token->kid, token->algorithm) : nullptr;
    return key != nullptr && auth::verify(*token, *key);
  };
  if (first != text && verifies(first) && verifies(text)) std::abort();
}

struct Sessions {
  explicit Sessions(char c)
      : keys(auth::KeyRing::from_bytes(std::string(32, c)).value()), tokens(keys, random), denials(keys, random) {}
  crypto::SeededRandom random{1};
  auth::KeyRing keys;
  auth::SessionTokens tokens;
  auth::DenialMessages denials;
};

// An access key id, a line feed, a session token.
void session(std::string_view text) {
  static const Sessions kOurs('k');
  static const Sessions kOthers('x');
  const std::string_view id = text.substr(0, text.find('\n'));
  const std::string_view token = text.substr(std::min(text.size(), id.size() + 1));
  static_cast<void>(auth::account_of_session_key(id));
  static_cast<void>(kOurs.denials.decode(token, model::AccountId::parse("123456789012").value(), kNow));
  if (!kOurs.tokens.open(id, token)) return;
  if (kOthers.tokens.open(id, token) || kOurs.tokens.open(std::string(id) + "A", token)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'j': token_and_keys(text); break;
    case 'k': static_cast<void>(auth::KeySet::parse(text)); break;
    case 's': session(text); break;
    default: break;
  }
  return 0;
}
