#include "cli/aws_call.h"

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "json/parse.h"

namespace berth::cli {
namespace {

using base::Errc;

constexpr std::string_view kEcrTarget = "AmazonEC2ContainerRegistry_V20150921.";
constexpr std::size_t kMostOfMessage = 1000;
constexpr std::chrono::seconds kPatience(20);

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// What went wrong in the service's own words: of JSON 1.1 (__type, message) or of the Query protocol.
struct Complaint {
  std::string code, message;
};

Complaint complaint_in(const std::string& body) {
  if (const auto value = json::parse(body)) {
    const auto text = [&](const char* name) {
      const auto* found = value->find_string(name);
      return found ? *found : std::string();
    };
    std::string message = text("message").empty() ? text("Message") : text("message");
    return {.code = text("__type").empty() ? text("code") : text("__type"), .message = std::move(message)};
  }
  return {.code = xml_text(body, "Code"), .message = xml_text(body, "Message")};
}

Errc code_of(std::string_view name) {
  if (name.starts_with("AccessDenied")) return Errc::access_denied;
  if (name.starts_with("ExpiredToken")) return Errc::credentials_expired;
  if (name == "UnrecognizedClientException" || name == "InvalidClientTokenId") return Errc::unrecognized_client;
  return Errc::unavailable;
}

}  // namespace

std::string xml_text(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  const auto begin = xml.find(open);
  if (begin == std::string_view::npos) return "";
  const auto end = xml.find(close, begin);
  if (end == std::string_view::npos) return "";
  std::string text(xml.substr(begin + open.size(), end - begin - open.size()));
  constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#34;", "\""}, {"&apos;", "'"}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, character] : kEntities) text = replaced(std::move(text), entity, character);
  return text;
}

void AwsCalls::sign(fetch::Request& request, const auth::SigningIdentity& identity, const std::string& region,
                    std::string_view service) const {
  const auto host = std::string_view(request.url).substr(request.url.find("://") + 3);
  const auth::RequestHead head{.method = request.method,
                               .path = "/",
                               .query = "",
                               .host = host.substr(0, host.find('/')),
                               .headers = request.headers};
  auto added =
      auth::sign(head, crypto::sha256_hex(base::as_bytes(request.body)), identity, region, service, clock_.now());
  request.headers.insert(request.headers.end(), added.begin(), added.end());
}

base::Result<std::string> AwsCalls::ecr(const Destination& to, const auth::SigningIdentity& identity,
                                        std::string_view operation, std::string body) const {
  fetch::Request request{.method = "POST",
                         .url = to.url + "/",
                         .headers = {{"Content-Type", "application/x-amz-json-1.1"},
                                     {"X-Amz-Target", std::string(kEcrTarget) + std::string(operation)}},
                         .body = std::move(body),
                         .ca_bundle = to.ca_bundle};
  sign(request, identity, to.region, "ecr");
  return send(std::move(request), std::string(operation));
}

base::Result<std::string> AwsCalls::sts(const Destination& to, const auth::SigningIdentity* identity,
                                        const Parameters& parameters) const {
  fetch::Request request{.method = "POST",
                         .url = to.url + "/",
                         .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                         .body = "Version=2011-06-15",
                         .ca_bundle = to.ca_bundle};
  std::string action;
  for (const auto& [name, value] : parameters) {
    if (name == "Action") action = value;
    request.body.append("&").append(name).append("=").append(auth::uri_encode(value));
  }
  if (identity != nullptr) sign(request, *identity, to.region, "sts");
  return send(std::move(request), action);
}

base::Result<std::string> AwsCalls::get(const std::string& url, const Parameters& headers,
                                        const std::string& what) const {
  return send({.method = "GET", .url = url, .headers = headers, .body = {}, .ca_bundle = {}}, what);
}

base::Result<std::string> AwsCalls::send(fetch::Request request, const std::string& what) const {
  BERTH_TRY(auto reply, http_.send(request, base::Deadline::after(kPatience)));
  if (reply.status == 200) return std::move(reply.body);
  const Complaint complaint = complaint_in(reply.body);
  std::string message = what + " at " + request.url + " answers " + std::to_string(reply.status);
  if (!complaint.code.empty()) message += " " + complaint.code;
  if (!complaint.message.empty()) message += ": " + complaint.message.substr(0, kMostOfMessage);
  return base::fail(code_of(complaint.code), base::escape_controls(message));
}

}  // namespace berth::cli
