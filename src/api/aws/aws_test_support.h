// Signed requests for the tests of the AWS doors.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/aws/front.h"
#include "auth/amz_date.h"
#include "auth/auth_test_support.h"
#include "auth/canonical.h"
#include "auth/signing_key.h"
#include "auth/sigv4.h"
#include "base/bytes.h"
#include "crypto/hash.h"
#include "web/request.h"

namespace berth::api::aws {

inline constexpr std::string_view kKeyId = "AKIAEXAMPLE";
inline constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
inline constexpr std::string_view kRequestId = "5a0b1c2d-0000-4000-8000-000000000001";

inline web::Request request_to(web::Method method, std::string target, std::string host = "localhost:5000") {
  web::Request request{.method = method, .target = std::move(target)};
  request.headers.add("Host", host);
  request.host = std::move(host);
  request.scheme = "http";
  request.id = kRequestId;
  return request;
}

// Signs as a client does.
class Signer {
 public:
  explicit Signer(base::Timestamp now) : now_(now) {}

  std::string region = "us-east-1";
  std::string key_id{kKeyId};
  std::string secret{kSecret};

  // In the Authorization header, over all headers that the request has.
  void sign(web::Request& request, std::string_view service, std::string_view body) const {
    request.headers.set("X-Amz-Date", auth::format_amz_date(now_));
    std::vector<std::string> names;
    for (const auto& [name, value] : request.headers) names.push_back(lower(name));
    std::ranges::sort(names);
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ";") + name;
    const auto signature = signature_of(request, service, names, body);
    request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=" + key_id + "/" + scope(service).text() +
                                             ", SignedHeaders=" + list + ", Signature=" + signature);
  }

  // In the query.
  void presign(web::Request& request, std::string_view service) const {
    const auto credential = auth::uri_encode(key_id + "/" + scope(service).text());
    request.target += (request.target.contains('?') ? "&" : "?");
    request.target += "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + credential +
                      "&X-Amz-Date=" + auth::format_amz_date(now_) + "&X-Amz-Expires=60&X-Amz-SignedHeaders=host";
    request.target += "&X-Amz-Signature=" + signature_of(request, service, {"host"}, "");
  }

 private:
  static std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
  }
  auth::CredentialScope scope(std::string_view service) const {
    return {.access_key_id = key_id,
            .date = auth::format_amz_date(now_).substr(0, 8),
            .region = region,
            .service = std::string(service)};
  }
  std::string signature_of(const web::Request& request, std::string_view service, const std::vector<std::string>& names,
                           std::string_view body) const {
    const auth::RequestHead head{.method = web::name(request.method),
                                 .path = request.path(),
                                 .query = request.query(),
                                 .host = request.host,
                                 .headers = std::span(request.headers.begin(), request.headers.end())};
    const std::vector<std::string_view> views(names.begin(), names.end());
    const auto canonical =
        auth::canonical_head(head, auth::parse_query(head.query), views) + crypto::sha256_hex(base::as_bytes(body));
    const auto to_sign = "AWS4-HMAC-SHA256\n" + auth::format_amz_date(now_) + "\n" + scope(service).text() + "\n" +
                         crypto::sha256_hex(base::as_bytes(canonical));
    return base::to_hex(base::as_bytes(crypto::hmac_sha256(
        base::as_bytes(auth::derive_signing_key(secret, scope(service))), base::as_bytes(to_sign))));
  }

  base::Timestamp now_;
};

inline std::string body_of(const web::Response& response) { return std::get<std::string>(response.body); }

// What net does with a request: hands over the body, unless it is larger than the front wants.
inline web::Response exchange(const Front& front, const web::Request& request, std::string body) {
  auto reaction = front.handle(request);
  if (auto* const response = std::get_if<web::Response>(&reaction)) return std::move(*response);
  auto& wanted = std::get<web::BufferedBody>(reaction);
  if (body.size() > wanted.limit)
    return wanted.then(base::fail(base::Errc::payload_too_large, "The body is too large"));
  return wanted.then(std::move(body));
}

}  // namespace berth::api::aws
