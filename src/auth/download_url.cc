#include "auth/download_url.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "auth/amz_date.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace berth::auth {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kDate = "X-Amz-Date=";
constexpr std::string_view kExpires = "&X-Amz-Expires=";
constexpr std::string_view kSignature = "&X-Amz-Signature=";

// What stands before `end`; both go from `rest`. Nothing, if there is no `end`.
std::optional<std::string_view> take_until(std::string_view& rest, std::string_view end) {
  const auto at = rest.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const auto taken = rest.substr(0, at);
  rest.remove_prefix(at + end.size());
  return taken;
}

// The end of the life that a query grants, which is "X-Amz-Date=..&X-Amz-Expires=..".
std::optional<base::Timestamp> read_expiry(std::string_view query) {
  if (!query.starts_with(kDate)) return std::nullopt;
  query.remove_prefix(kDate.size());
  const auto date = take_until(query, kExpires);
  const auto made = date ? parse_amz_date(*date) : std::nullopt;
  const auto lifetime = base::parse_integer<std::int64_t>(query);
  if (!made || !lifetime) return std::nullopt;
  return *made + std::chrono::seconds(*lifetime);
}

std::optional<DownloadGrant> read_grant(std::string_view path, std::string_view query) {
  const auto expires = read_expiry(query);
  if (!expires || !path.starts_with(DownloadUrls::kPathPrefix)) return std::nullopt;
  path.remove_prefix(DownloadUrls::kPathPrefix.size());
  const auto account_text = take_until(path, "/");
  const auto region_text = take_until(path, "/");
  const auto slash = path.rfind('/');
  if (!account_text || !region_text || slash == std::string_view::npos) return std::nullopt;
  auto account = model::AccountId::parse(*account_text);
  auto region = model::Region::parse(*region_text);
  auto name = model::RepositoryName::parse(path.substr(0, slash));
  auto digest = model::Digest::parse(path.substr(slash + 1));
  if (!account || !region || !name || !digest) return std::nullopt;
  return DownloadGrant{.repository = {.registry = {.account = std::move(*account), .region = std::move(*region)},
                                      .name = std::move(*name)},
                       .digest = std::move(*digest),
                       .expires = *expires};
}

}  // namespace

std::string DownloadUrls::sign(std::string_view path, std::string_view query) const {
  std::string text(path);
  text.append("?").append(query);
  return base::to_hex(base::as_bytes(crypto::hmac_sha256(base::as_bytes(key_), base::as_bytes(text))));
}

std::string DownloadUrls::make(const model::RepositoryRef& repository, const model::Digest& digest, base::Timestamp now,
                               std::chrono::seconds lifetime) const {
  const auto& [registry, name] = repository;
  std::string path(kPathPrefix);
  path.append(registry.account.text()).append("/").append(registry.region.text()).append("/");
  path.append(name.text()).append("/").append(digest.text());
  std::string query(kDate);
  query.append(format_amz_date(now)).append(kExpires).append(std::to_string(lifetime.count()));
  const std::string signature = sign(path, query);
  return path.append("?").append(query).append(kSignature).append(signature);
}

Result<DownloadGrant> DownloadUrls::verify(std::string_view path, std::string_view query, base::Timestamp now) const {
  const auto mismatch = [](std::source_location where = std::source_location::current()) {
    return fail(Errc::signature_mismatch,
                "The request signature we calculated does not match the signature you provided. Check your key and "
                "signing method.",
                where);
  };
  std::string_view signature = query;
  const auto signed_query = take_until(signature, kSignature);
  if (!signed_query || !crypto::equal_constant_time(sign(path, *signed_query), signature)) return mismatch();
  auto grant = read_grant(path, *signed_query);
  if (!grant) return mismatch();
  if (grant->expires <= now) return fail(Errc::access_denied, "Request has expired");
  return std::move(*grant);
}

}  // namespace berth::auth
