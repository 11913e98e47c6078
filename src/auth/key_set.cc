#include "auth/key_set.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "json/parse.h"

namespace berth::auth {
namespace {

using crypto::SignatureAlgorithm;
using enum crypto::SignatureAlgorithm;

constexpr auto kAlgorithms = std::to_array<std::pair<std::string_view, SignatureAlgorithm>>({{"RS256", rs256},
                                                                                             {"RS384", rs384},
                                                                                             {"RS512", rs512},
                                                                                             {"PS256", ps256},
                                                                                             {"ES256", es256},
                                                                                             {"ES384", es384},
                                                                                             {"ES512", es512}});

struct NamedCurve {
  std::string_view name;
  crypto::Curve curve;
  SignatureAlgorithm algorithm;
};
constexpr auto kCurves = std::to_array<NamedCurve>({{"P-256", crypto::Curve::p256, es256},
                                                    {"P-384", crypto::Curve::p384, es384},
                                                    {"P-521", crypto::Curve::p521, es512}});

std::string_view text_of(const json::Value& jwk, std::string_view name) {
  const std::string* text = jwk.find_string(name);
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

std::optional<std::string> number_of(const json::Value& jwk, std::string_view name) {
  return base::from_base64url(text_of(jwk, name));
}

struct Material {
  crypto::PublicKey key;
  std::vector<SignatureAlgorithm> algorithms;
};

std::optional<Material> material_of(const json::Value& jwk) {
  const auto kty = text_of(jwk, "kty");
  if (kty == "RSA") {
    const auto n = number_of(jwk, "n");
    const auto e = number_of(jwk, "e");
    auto key = n && e ? crypto::PublicKey::rsa(*n, *e) : base::fail(base::Errc::invalid_input, "");
    if (!key) return std::nullopt;
    return Material{.key = std::move(*key), .algorithms = {rs256, rs384, rs512, ps256}};
  }
  if (kty != "EC") return std::nullopt;
  const auto curve = std::ranges::find(kCurves, text_of(jwk, "crv"), &NamedCurve::name);
  const auto x = number_of(jwk, "x");
  const auto y = number_of(jwk, "y");
  if (curve == kCurves.end() || !x || !y) return std::nullopt;
  auto key = crypto::PublicKey::ec(curve->curve, *x, *y);
  if (!key) return std::nullopt;
  return Material{.key = std::move(*key), .algorithms = {curve->algorithm}};
}

bool for_signatures(const json::Value& jwk) {
  const auto* const use = jwk.find("use");
  return use == nullptr || text_of(jwk, "use") == "sig";
}

}  // namespace

std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name) {
  const auto found = std::ranges::find(kAlgorithms, name, &std::pair<std::string_view, SignatureAlgorithm>::first);
  return found == kAlgorithms.end() ? std::nullopt : std::optional(found->second);
}

base::Result<KeySet> KeySet::parse(std::string_view text) {
  BERTH_TRY(const auto json, json::parse(text, {.depth = 8, .elements = 10'000}));
  const auto* const member = json.find("keys");
  const auto* const list = member != nullptr ? member->as_array() : nullptr;
  if (list == nullptr) return base::fail(base::Errc::invalid_input, "not a JSON Web Key Set");
  if (list->size() > kMaxKeys) return base::fail(base::Errc::invalid_input, "a JSON Web Key Set with too many keys");
  KeySet set;
  for (const auto& jwk : *list) {
    if (!for_signatures(jwk)) continue;
    auto material = material_of(jwk);
    if (!material) continue;
    if (jwk.find("alg") != nullptr) {
      const auto only = signature_algorithm(text_of(jwk, "alg"));
      std::erase_if(material->algorithms, [&](auto algorithm) { return algorithm != only; });
    }
    set.keys_.push_back({.kid = std::string(text_of(jwk, "kid")),
                         .algorithms = std::move(material->algorithms),
                         .key = std::move(material->key)});
  }
  return set;
}

const crypto::PublicKey* KeySet::find(std::string_view kid, SignatureAlgorithm algorithm) const {
  const auto fits = [&](const Key& key) {
    return (kid.empty() || key.kid == kid) && std::ranges::find(key.algorithms, algorithm) != key.algorithms.end();
  };
  const auto found = std::ranges::find_if(keys_, fits);
  if (found == keys_.end()) return nullptr;
  if (kid.empty() && std::find_if(found + 1, keys_.end(), fits) != keys_.end()) return nullptr;
  return &found->key;
}

}  // namespace berth::auth
