#include "auth/session_credentials.h"

#include <array>
#include <utility>

#include "auth/sealed_caller.h"
#include "base/bytes.h"
#include "base/text.h"
#include "json/fields.h"

namespace berth::auth {
namespace {

constexpr std::size_t kMaxToken = 16'384;
constexpr std::string_view kPrefix = "ASIA";
constexpr std::string_view kIdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kSecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kIdCharacters = 16;
constexpr std::size_t kAccountCharacters = 10;  // 50 bits: one, 40 of the account, 9 of chance

struct Sealed {
  SealedCaller caller;
  std::string secret;
  template <class F>
  void fields(F& f) {
    f.req("caller", caller);
    f.req("secret", secret);
  }
};

std::string context(std::string_view access_key_id) { return "session-token/v1/" + std::string(access_key_id); }

// AWS's keys since 2019: base32, the first bit set, then the account's 40 bits.
std::string make_key_id(const model::AccountId& account, crypto::Random& random) {
  const auto number = base::parse_integer<std::uint64_t>(account.text()).value_or(0);
  const auto chance = static_cast<unsigned char>(crypto::random_bytes(random, 1).front());
  const std::uint64_t bits = (std::uint64_t{1} << 49) | (number << 9) | (std::uint64_t{chance} << 1);
  std::string id(kPrefix);
  for (std::size_t i = kAccountCharacters; i-- > 0;) id += kIdAlphabet[(bits >> (5 * i)) & 31];
  return id + crypto::random_text(random, kIdCharacters - kAccountCharacters, kIdAlphabet);
}

// As JSON, in which quotes count twice.
std::size_t packed_bytes(const Session& session) {
  const auto size = [](std::string_view text) { return base::quote_json(text).size() - 2; };
  std::size_t bytes = 0;
  for (const auto& policy : session.policies) bytes += size(policy);
  for (const auto& arn : session.policy_arns) bytes += size(arn);
  for (const auto& [key, value] : session.tags) bytes += size(key) + size(value);
  for (const auto& key : session.transitive_tags) bytes += size(key);
  return bytes;
}

}  // namespace

base::Result<SessionCredentials> SessionTokens::issue(Caller caller) const {
  if (!caller.session) return base::fail(base::Errc::internal, "temporary credentials without a session");
  if (packed_bytes(*caller.session) > kMaxPacked) {
    return base::fail(base::Errc::packed_policy_too_large, "Packed policy consumes " +
                                                               std::to_string(packed_percent(*caller.session)) +
                                                               "% of allotted space, please use smaller policy.");
  }
  caller.access_key_id = make_key_id(caller.account, random_);
  base::Secret secret(crypto::random_text(random_, 40, kSecretAlphabet));
  const Sealed sealed{.caller = SealedCaller::of(caller), .secret = secret.reveal()};
  base::Secret token(
      base::to_base64(base::as_bytes(key_.seal(json::encode(sealed), context(caller.access_key_id), random_))));
  return SessionCredentials{.caller = std::move(caller), .secret = std::move(secret), .token = std::move(token)};
}

std::optional<AccessKey> SessionTokens::open(std::string_view access_key_id, std::string_view token) const {
  if (token.size() > kMaxToken || !is_session_key_id(access_key_id)) return std::nullopt;
  const auto bytes = base::from_base64(token);
  if (!bytes) return std::nullopt;
  const auto text = key_.open(*bytes, context(access_key_id));
  if (!text) return std::nullopt;
  auto sealed = json::decode<Sealed>(*text, SealedCaller::kLimits);
  if (!sealed) return std::nullopt;
  auto caller = std::move(sealed->caller).open();
  if (!caller || !caller->session || caller->access_key_id != access_key_id) return std::nullopt;
  return AccessKey{.secret = base::Secret(std::move(sealed->secret)), .caller = std::move(*caller)};
}

bool is_session_key_id(std::string_view access_key_id) { return access_key_id.starts_with(kPrefix); }

std::optional<model::AccountId> account_of_session_key(std::string_view access_key_id) {
  if (!is_session_key_id(access_key_id) || access_key_id.size() != kPrefix.size() + kIdCharacters) return std::nullopt;
  if (access_key_id.find_first_not_of(kIdAlphabet) != std::string_view::npos) return std::nullopt;
  std::uint64_t bits = 0;
  for (const char c : access_key_id.substr(kPrefix.size(), kAccountCharacters)) bits = bits << 5 | kIdAlphabet.find(c);
  const std::string number = std::to_string((bits >> 9) & ((std::uint64_t{1} << 40) - 1));
  if ((bits >> 49) == 0 || number.size() > 12) return std::nullopt;
  auto account = model::AccountId::parse(std::string(12 - number.size(), '0') + number);
  if (!account) return std::nullopt;
  return std::move(*account);
}

std::int64_t packed_percent(const Session& session) {
  const auto percent = (packed_bytes(session) * 100 + SessionTokens::kMaxPacked - 1) / SessionTokens::kMaxPacked;
  return static_cast<std::int64_t>(percent);
}

}  // namespace berth::auth
