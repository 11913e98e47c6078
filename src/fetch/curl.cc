#include "fetch/curl.h"

namespace berth::fetch {
namespace {

base::Result<std::unique_ptr<const Curl>> load() {
  BERTH_TRY(auto library, base::SharedLibrary::load("libcurl.so.4"));
  auto table = std::make_unique<Curl>();
  BERTH_CURL_FUNCTIONS(BERTH_SHARED_BIND)
  BERTH_CHECK(library.complete());
  if (table->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return base::fail(base::Errc::unavailable, "libcurl cannot start");
  }
  return table;
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
