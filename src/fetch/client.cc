#include "fetch/client.h"

#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "fetch/curl.h"

namespace berth::fetch {
namespace {

using base::Errc;
using base::fail;
using base::Result;

std::optional<std::string> part(const CurlUrl& url, CURLUPart which) {
  const Curl& curl = *url.get_deleter().curl;
  char* text = nullptr;
  if (curl.url_get(url.get(), which, &text, 0) != CURLUE_OK) return std::nullopt;
  const CurlText owner(text, {&curl});
  return std::string(text);
}

// One hop, as the callbacks of libcurl see it.
struct Hop {
  const AddressRules& rules;
  const base::Deadline& deadline;
  std::size_t max_body;
  std::string host;
  std::string body{};
  bool refused = false;
  bool too_large = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& hop = *static_cast<Hop*>(user);
  const std::size_t bytes = size * count;
  hop.too_large = bytes > hop.max_body - hop.body.size();
  if (hop.too_large) return 0;
  hop.body.append(data, bytes);
  return bytes;
}

// The address that the connection will really have: after DNS, and for each hop and each address of a name.
curl_socket_t on_open(void* user, curlsocktype, curl_sockaddr* to) {
  auto& hop = *static_cast<Hop*>(user);
  const auto address = address_of(to->addr);
  if (!address || !hop.rules.permits(hop.host, *address)) {
    hop.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Hop*>(user)->deadline.stop.stop_requested() ? 1 : 0;
}

std::unexpected<base::Error> not_fetched(std::string why) { return fail(Errc::unsupported, std::move(why)); }

// What may be fetched at all, said about the very text that libcurl will use.
Result<std::string> check_url(const CurlUrl& url, const AddressRules& rules) {
  const auto scheme = part(url, CURLUPART_SCHEME);
  auto host = part(url, CURLUPART_HOST);
  if (!scheme || !host) return not_fetched("not a URL");
  if (part(url, CURLUPART_USER) || part(url, CURLUPART_PASSWORD)) return not_fetched("a URL with credentials in it");
  if (*scheme == "https" || (*scheme == "http" && rules.names(*host))) return std::move(*host);
  return not_fetched("a URL of the scheme '" + *scheme + "' to " + *host);
}

Result<void> outcome(const Curl& curl, CURLcode code, const Hop& hop, const char* detail) {
  if (code == CURLE_OK) return {};
  if (hop.too_large) return fail(Errc::payload_too_large, hop.host + " answered more than is wanted");
  if (hop.refused) return not_fetched(hop.host + " has an address that is not public, and is not allowed");
  if (code == CURLE_OPERATION_TIMEDOUT || hop.deadline.expired()) {
    return fail(Errc::deadline_exceeded, hop.host + " did not answer in time");
  }
  return fail(Errc::unavailable,
              hop.host + " cannot be reached: " + (*detail != '\0' ? detail : curl.easy_strerror(code)));
}

void set_up(const CurlHandle& handle, const CurlUrl& url, Hop& hop, const ClientOptions& options,
            std::chrono::milliseconds left, char* detail) {
  const Curl& curl = *handle.get_deleter().curl;
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(handle.get(), option, value); };
  set(CURLOPT_CURLU, url.get());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // not what the environment says
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, left.count())));
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
  set(CURLOPT_ERRORBUFFER, detail);
  if (!options.ca_bundle.empty()) set(CURLOPT_CAINFO, options.ca_bundle.c_str());
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &hop);
  set(CURLOPT_OPENSOCKETFUNCTION, &on_open);
  set(CURLOPT_OPENSOCKETDATA, &hop);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, &hop);
}

struct Hopped {
  Response response;
  std::optional<std::string> location;
};

Result<Hopped> hop_to(const CurlUrl& url, const AddressRules& rules, const ClientOptions& options,
                      const base::Deadline& deadline) {
  BERTH_TRY(auto host, check_url(url, rules));
  const auto left = deadline.left();
  if (deadline.expired()) return fail(Errc::deadline_exceeded, host + " did not answer in time");
  const Curl& curl = *url.get_deleter().curl;
  const CurlHandle handle(curl.easy_init(), {&curl});
  if (!handle) return fail(Errc::unavailable, "libcurl cannot start");
  Hop hop{.rules = rules, .deadline = deadline, .max_body = options.max_body, .host = std::move(host)};
  std::string detail(CURL_ERROR_SIZE, '\0');
  set_up(handle, url, hop, options, left, detail.data());
  BERTH_CHECK(outcome(curl, curl.easy_perform(handle.get()), hop, detail.data()));
  long status = 0;
  curl.easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  Hopped done{.response = {.status = static_cast<int>(status), .body = std::move(hop.body)}, .location = std::nullopt};
  const char* location = nullptr;
  curl.easy_getinfo(handle.get(), CURLINFO_REDIRECT_URL, &location);  // already made absolute
  if (location != nullptr) done.location = location;
  return done;
}

}  // namespace

Client::Client(AddressRules rules, ClientOptions options)
    : rules_(std::move(rules)), options_(std::move(options)), library_(std::make_unique<CurlLibrary>()) {}
Client::~Client() = default;

Result<Response> Client::get(const std::string& url, const base::Deadline& deadline) const {
  BERTH_TRY(const Curl* const curl, library_->get());
  base::Deadline until = deadline;
  until.at = std::min(until.at, base::Deadline::after(options_.timeout).at);
  std::string next = url;
  for (int redirects = 0; redirects <= options_.max_redirects; ++redirects) {
    const CurlUrl parsed(curl->url(), {curl});
    if (!parsed || curl->url_set(parsed.get(), CURLUPART_URL, next.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
      return not_fetched("not a URL: " + base::escape_controls(next.substr(0, 200)));
    }
    BERTH_TRY(auto done, hop_to(parsed, rules_, options_, until));
    if (!done.location) return std::move(done.response);
    next = *std::move(done.location);
  }
  return fail(Errc::unavailable, "more than " + std::to_string(options_.max_redirects) + " redirects");
}

}  // namespace berth::fetch
