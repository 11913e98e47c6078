#include "auth/signature_fields.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "auth/amz_date.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace berth::auth {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kMaxSignedNames = 128;
constexpr std::chrono::seconds kMaxExpires = std::chrono::hours(7 * 24);

std::string hash_for_message(std::string_view secret) {
  return base::to_base64(base::as_bytes(crypto::sha256(base::as_bytes(secret))));
}

// The one value of a field; nullopt if there is none.
Result<std::optional<std::string>> single(const RequestHead& head, std::string_view name) {
  const auto values = head.values(name);
  if (values.size() > 1) {
    return fail(Errc::incomplete_signature, "Header '" + std::string(name) + "' must not occur more than once.");
  }
  if (values.empty()) return std::nullopt;
  return std::string(base::trim(values.front()));
}

using Parameters = std::map<std::string, std::string, std::less<>>;

// "Credential=..., SignedHeaders=..., Signature=...": parts end at a comma or a space.
Result<Parameters> authorization_parameters(std::string_view header, std::string_view parameters) {
  Parameters out;
  while (!parameters.empty()) {
    const std::string_view part = parameters.substr(0, parameters.find_first_of(", \t"));
    parameters.remove_prefix(std::min(part.size() + 1, parameters.size()));
    if (part.empty()) continue;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) {
      return fail(
          Errc::incomplete_signature,
          "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded "
          "with Base64): '" +
              hash_for_message(header) + "'.");
    }
    if (!out.emplace(part.substr(0, equals), part.substr(equals + 1)).second) {
      return fail(Errc::incomplete_signature, "Authorization header must not have parameter '" +
                                                  printable(part.substr(0, equals)) + "' more than once.");
    }
  }
  return out;
}

std::string take(Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : std::move(found->second);
}

Result<void> read_date(const RequestHead& head, SignatureFields& fields) {
  BERTH_TRY(auto amz_date, single(head, "x-amz-date"));
  if (amz_date) {
    fields.date = std::move(*amz_date);
    return {};
  }
  BERTH_TRY(auto date, single(head, "date"));
  if (date) fields.date = std::move(*date);
  fields.from_date_header = true;
  return {};
}

Result<SignatureFields> read_header(const RequestHead& head, std::string_view authorization) {
  const std::string_view algorithm = authorization.substr(0, authorization.find_first_of(" \t"));
  BERTH_TRY(Parameters parameters, authorization_parameters(authorization, authorization.substr(algorithm.size())));
  SignatureFields fields{.algorithm = std::string(algorithm),
                         .credential = take(parameters, "Credential"),
                         .signed_headers = take(parameters, "SignedHeaders"),
                         .signature = take(parameters, "Signature")};
  BERTH_CHECK(read_date(head, fields));
  std::string missing;
  const auto require = [&](std::string_view value, std::string_view name) {
    if (value.empty()) missing.append("Authorization header requires '").append(name).append("' parameter. ");
  };
  require(fields.credential, "Credential");
  require(fields.signature, "Signature");
  require(fields.signed_headers, "SignedHeaders");
  if (fields.date.empty()) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    return fail(Errc::incomplete_signature, missing + "(Hashed with SHA-256 and encoded with Base64) Authorization=" +
                                                hash_for_message(authorization));
  }
  BERTH_TRY(fields.security_token, single(head, "x-amz-security-token"));
  return fields;
}

Result<SignatureFields> read_query(std::span<const QueryParameter> query) {
  constexpr std::array<std::string_view, 5> kRequired = {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                                                         "X-Amz-SignedHeaders", "X-Amz-Date"};
  Parameters parameters;
  for (const auto& [name, value] : query) {
    if (name.starts_with("X-Amz-") && !parameters.emplace(name, value).second) {
      return fail(Errc::incomplete_signature,
                  "AWS query-string parameters must not include '" + printable(name) + "' more than once.");
    }
  }
  std::string missing;
  for (const std::string_view name : kRequired) {
    const auto found = parameters.find(name);
    if (found != parameters.end() && !found->second.empty()) continue;
    missing.append("AWS query-string parameters must include '").append(name).append("'. ");
  }
  if (!missing.empty()) {
    return fail(Errc::incomplete_signature, missing + "Re-examine the query-string parameters.");
  }
  SignatureFields fields{.presigned = true,
                         .algorithm = take(parameters, "X-Amz-Algorithm"),
                         .credential = take(parameters, "X-Amz-Credential"),
                         .signed_headers = take(parameters, "X-Amz-SignedHeaders"),
                         .signature = take(parameters, "X-Amz-Signature"),
                         .date = take(parameters, "X-Amz-Date")};
  if (parameters.contains("X-Amz-Expires")) fields.expires = take(parameters, "X-Amz-Expires");
  if (parameters.contains("X-Amz-Security-Token")) fields.security_token = take(parameters, "X-Amz-Security-Token");
  return fields;
}

// "15 min." or "90 sec.", as AWS explains its windows.
std::string span_text(std::chrono::seconds span) {
  const auto count = span.count();
  return count % 60 == 0 ? std::to_string(count / 60) + " min." : std::to_string(count) + " sec.";
}

Result<std::chrono::seconds> parse_expires(std::string_view text) {
  const auto value = base::parse_integer<std::int64_t>(text);
  if (!value || *value < 1 || *value > kMaxExpires.count()) {
    return fail(Errc::incomplete_signature,
                "X-Amz-Expires must be a number of seconds between 1 and " + std::to_string(kMaxExpires.count()) + ".");
  }
  return std::chrono::seconds(*value);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out(text.substr(0, 256));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

Result<SignatureFields> read_signature(const RequestHead& head, std::span<const QueryParameter> query) {
  BERTH_TRY(const auto authorization, single(head, "authorization"));
  const bool presigned = std::ranges::find(query, "X-Amz-Algorithm", &QueryParameter::name) != query.end();
  if (authorization && presigned) {
    return fail(Errc::signature_mismatch,
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  if (!presigned && !(authorization && authorization->starts_with("AWS4-"))) {
    return fail(Errc::missing_authentication, "Missing Authentication Token");
  }
  BERTH_TRY(SignatureFields fields, presigned ? read_query(query) : read_header(head, *authorization));
  BERTH_TRY(fields.payload_hash, single(head, "x-amz-content-sha256"));
  return fields;
}

Result<Credential> parse_credential(std::string_view text) {
  const auto parts = base::split(text, '/');
  if (parts.size() != 5 || std::ranges::find(parts, "") != parts.end()) {
    return fail(Errc::incomplete_signature,
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" +
                    printable(text) + "'");
  }
  return Credential{.scope = {.access_key_id = std::string(parts[0]),
                              .date = std::string(parts[1]),
                              .region = std::string(parts[2]),
                              .service = std::string(parts[3])},
                    .terminator = std::string(parts[4])};
}

Result<std::vector<std::string_view>> signed_names(const SignatureFields& fields, const RequestHead& head) {
  std::vector<std::string_view> names;
  for (const std::string_view name : base::split(fields.signed_headers, ';')) {
    const bool lower = std::ranges::none_of(name, [](char c) { return c <= ' ' || c > '~' || (c >= 'A' && c <= 'Z'); });
    if (name.empty() || !lower || (!names.empty() && names.back() >= name) || names.size() == kMaxSignedNames) {
      return fail(Errc::signature_mismatch,
                  "'SignedHeaders' must be a list of lower-case header names in ascending order, divided by ';'.");
    }
    names.push_back(name);
  }
  if (!std::ranges::binary_search(names, "host")) {
    return fail(Errc::signature_mismatch, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kIfPresent = {
      {{"x-amz-date", "X-Amz-Date"},
       {"x-amz-security-token", "X-Amz-Security-Token"},
       {"x-amz-target", "X-Amz-Target"}}};
  for (const auto& [name, shown] : kIfPresent) {
    if (!head.values(name).empty() && !std::ranges::binary_search(names, name)) {
      return fail(Errc::signature_mismatch,
                  '\'' + std::string(shown) + "' must be a 'SignedHeader' in the AWS Authorization.");
    }
  }
  if (fields.from_date_header && !std::ranges::binary_search(names, "date")) {
    return fail(Errc::signature_mismatch, "'Date' must be a 'SignedHeader' in the AWS Authorization.");
  }
  return names;
}

Result<base::Timestamp> check_time(const SignatureFields& fields, base::Timestamp now, std::chrono::seconds skew) {
  auto signed_at = parse_amz_date(fields.date);
  if (!signed_at && fields.from_date_header) signed_at = parse_http_date(fields.date);
  if (!signed_at) {
    return fail(Errc::incomplete_signature, "Date must be in ISO-8601 'basic format'. Got '" + printable(fields.date) +
                                                "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  std::chrono::seconds window = skew;
  if (fields.expires) {
    BERTH_TRY(window, parse_expires(*fields.expires));
  }
  if (*signed_at + window < now) {
    return fail(Errc::signature_mismatch, "Signature expired: " + format_amz_date(*signed_at) +
                                              " is now earlier than " + format_amz_date(now - window) + " (" +
                                              format_amz_date(now) + " - " + span_text(window) + ")");
  }
  if (*signed_at - skew > now) {
    return fail(Errc::signature_mismatch, "Signature not yet current: " + format_amz_date(*signed_at) +
                                              " is still later than " + format_amz_date(now + skew) + " (" +
                                              format_amz_date(now) + " + " + span_text(skew) + ")");
  }
  return *signed_at;
}

}  // namespace berth::auth
