#include "fetch/curl.h"

#include "base/shared_library.h"

namespace berth::fetch {
namespace {

base::Result<std::unique_ptr<const Curl>> load() {
  BERTH_TRY(auto library, base::SharedLibrary::load("libcurl.so.4"));
  auto curl = std::make_unique<Curl>();
  library.bind(curl->global_init, "curl_global_init")
      .bind(curl->global_cleanup, "curl_global_cleanup")
      .bind(curl->free_text, "curl_free")
      .bind(curl->url, "curl_url")
      .bind(curl->url_cleanup, "curl_url_cleanup")
      .bind(curl->url_set, "curl_url_set")
      .bind(curl->url_get, "curl_url_get")
      .bind(curl->slist_append, "curl_slist_append")
      .bind(curl->slist_free_all, "curl_slist_free_all")
      .bind(curl->easy_init, "curl_easy_init")
      .bind(curl->easy_cleanup, "curl_easy_cleanup")
      .bind(curl->easy_setopt, "curl_easy_setopt")
      .bind(curl->easy_perform, "curl_easy_perform")
      .bind(curl->easy_getinfo, "curl_easy_getinfo")
      .bind(curl->easy_strerror, "curl_easy_strerror");
  BERTH_CHECK(library.complete());
  if (curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return base::fail(base::Errc::unavailable, "libcurl cannot start");
  }
  return curl;
}

}  // namespace

// Counted by libcurl, so that several may come and go.
CurlLibrary::~CurlLibrary() {
  if (curl_) curl_->global_cleanup();
}

base::Result<const Curl*> CurlLibrary::get() const {
  const std::lock_guard lock(mutex_);
  if (!curl_) {
    BERTH_TRY(curl_, load());
  }
  return curl_.get();
}

}  // namespace berth::fetch
