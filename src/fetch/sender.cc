#include "fetch/sender.h"

#include <algorithm>
#include <string_view>

#include "fetch/curl.h"

namespace berth::fetch {
namespace {

using base::Errc;
using base::fail;

constexpr std::size_t kMostBody = 1 << 20;

struct Body {
  std::string bytes{};
  bool too_large = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<Body*>(user);
  const std::size_t bytes = size * count;
  body.too_large = bytes > kMostBody - body.bytes.size();
  if (body.too_large) return 0;
  body.bytes.append(data, bytes);
  return bytes;
}

bool is_this_machine(std::string_view url) {
  const auto slashes = url.find("://");
  const auto host = url.substr(slashes == std::string_view::npos ? 0 : slashes + 3);
  return host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
}

// Without "Expect: 100-continue", which saves nothing here, and without the type that libcurl gives to every POST.
CurlLines lines_of(const Curl& curl, const Request& request) {
  CurlLines lines(nullptr, {&curl});
  const auto add = [&](const std::string& line) {
    if (curl_slist* longer = curl.slist_append(lines.get(), line.c_str())) {
      static_cast<void>(lines.release());
      lines.reset(longer);
    }
  };
  for (const auto& [name, value] : request.headers) {
    std::string line = name;
    line += value.empty() ? ";" : ": ";
    add(line += value);
  }
  add("Expect:");
  return lines;
}

}  // namespace

CurlSender::CurlSender(std::string user_agent)
    : user_agent_(std::move(user_agent)), library_(std::make_unique<CurlLibrary>()) {}
CurlSender::~CurlSender() = default;

base::Result<Response> CurlSender::send(const Request& request, const base::Deadline& deadline) {
  BERTH_TRY(const Curl* const library, library_->get());
  const Curl& curl = *library;
  const CurlHandle handle(curl.easy_init(), {&curl});
  if (!handle) return fail(Errc::unavailable, "libcurl cannot start");
  if (deadline.expired()) return fail(Errc::deadline_exceeded, request.url + " did not answer in time");
  Body body;
  std::string detail(CURL_ERROR_SIZE, '\0');
  const CurlLines lines = lines_of(curl, request);
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(handle.get(), option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  if (is_this_machine(request.url)) set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, deadline.left().count())));
  set(CURLOPT_USERAGENT, user_agent_.c_str());
  set(CURLOPT_ERRORBUFFER, detail.data());
  set(CURLOPT_HTTPHEADER, lines.get());
  if (!request.ca_bundle.empty()) set(CURLOPT_CAINFO, request.ca_bundle.c_str());
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &body);
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
  }
  const CURLcode code = curl.easy_perform(handle.get());
  if (code == CURLE_OK) {
    long status = 0;
    curl.easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    return Response{.status = static_cast<int>(status), .body = std::move(body.bytes)};
  }
  if (body.too_large) return fail(Errc::payload_too_large, request.url + " answered more than is wanted");
  if (code == CURLE_OPERATION_TIMEDOUT) return fail(Errc::deadline_exceeded, request.url + " did not answer in time");
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
    return fail(Errc::unsupported, request.url + " is no URL of http or https");
  }
  const char* why = detail.front() != '\0' ? detail.c_str() : curl.easy_strerror(code);
  return fail(Errc::unavailable, request.url + " cannot be reached: " + why);
}

}  // namespace berth::fetch
