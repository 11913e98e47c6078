// libcurl as this room calls it, and what it hands out with an owner. For this room's own files.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>

#include "base/error.h"

namespace berth::fetch {

struct Curl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_global_cleanup) global_cleanup = nullptr;
  decltype(&curl_free) free_text = nullptr;
  decltype(&curl_url) url = nullptr;
  decltype(&curl_url_cleanup) url_cleanup = nullptr;
  decltype(&curl_url_set) url_set = nullptr;
  decltype(&curl_url_get) url_get = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
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
