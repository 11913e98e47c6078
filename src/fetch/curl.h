// libcurl as this room calls it, and what it hands out with an owner. For this room's own files.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/shared_library.h"

namespace berth::fetch {

#define BERTH_CURL_FUNCTIONS(X)          \
  X(global_init, curl_global_init)       \
  X(global_cleanup, curl_global_cleanup) \
  X(free_text, curl_free)                \
  X(url, curl_url)                       \
  X(url_cleanup, curl_url_cleanup)       \
  X(url_set, curl_url_set)               \
  X(url_get, curl_url_get)               \
  X(slist_append, curl_slist_append)     \
  X(slist_free_all, curl_slist_free_all) \
  X(easy_init, curl_easy_init)           \
  X(easy_cleanup, curl_easy_cleanup)     \
  X(easy_setopt, curl_easy_setopt)       \
  X(easy_perform, curl_easy_perform)     \
  X(easy_getinfo, curl_easy_getinfo)     \
  X(easy_strerror, curl_easy_strerror)
struct Curl {
  BERTH_CURL_FUNCTIONS(BERTH_SHARED_FUNCTION)
};

// Loads libcurl at the first use, since most servers never fetch anything. Safe from any thread; outlives what its
// functions have made.
class CurlLibrary {
 public:
  CurlLibrary() = default;
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
  ~CurlLibrary();

  base::Result<const Curl*> get() const;  // unavailable: it is not installed

 private:
  mutable std::mutex mutex_;
  mutable std::unique_ptr<const Curl> curl_;
};

struct CurlFree {
  const Curl* curl = nullptr;
  void operator()(CURL* handle) const { curl->easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl->url_cleanup(url); }
  void operator()(curl_slist* list) const { curl->slist_free_all(list); }
  void operator()(char* text) const { curl->free_text(text); }
};
using CurlHandle = std::unique_ptr<CURL, CurlFree>;
using CurlUrl = std::unique_ptr<CURLU, CurlFree>;
using CurlLines = std::unique_ptr<curl_slist, CurlFree>;
using CurlText = std::unique_ptr<char, CurlFree>;

}  // namespace berth::fetch
