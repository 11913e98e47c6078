#include "blob/upload_progress.h"

#include "base/text.h"
#include "blob/digests.h"

namespace berth::blob {
namespace {

constexpr std::string_view kStateVersion = "1.";

}  // namespace

bool is_upload_name(std::string_view name) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (name.size() != shape.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (shape[i] == 'x' ? !hex : c != '-') return false;
  }
  return true;
}

base::Result<void> require_upload_name(std::string_view name) {
  if (is_upload_name(name)) return {};
  return base::fail(base::Errc::internal, "not the name of an upload: " + base::quote_json(name.substr(0, 64)));
}

bool is_storage_key(std::string_view text) {
  return text.size() == 26 && text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string_view::npos;
}

UploadProgress::UploadProgress(model::DigestAlgorithm algorithm) : hasher_(hasher_for(algorithm)) {}

model::DigestAlgorithm UploadProgress::algorithm() const { return algorithm_of(hasher_); }

model::Digest UploadProgress::digest() const { return digest_from(hasher_); }

std::string UploadProgress::save() const {
  return std::string(kStateVersion) + base::to_base64url(base::as_bytes(hasher_.save()));
}

base::Result<UploadProgress> UploadProgress::restore(std::string_view state) {
  const auto refuse = [] { return base::fail(base::Errc::corrupt, "the saved state of an upload is damaged"); };
  if (!state.starts_with(kStateVersion)) return refuse();
  const auto hash_state = base::from_base64url(state.substr(kStateVersion.size()));
  if (!hash_state) return refuse();
  BERTH_TRY(auto hasher, crypto::Hasher::restore(*hash_state));
  return UploadProgress(std::move(hasher));
}

std::unexpected<base::Error> digest_mismatch(const model::Digest& expected, const model::Digest& actual) {
  return base::fail(base::Errc::layer_digest_mismatch,
                    "the uploaded bytes have the digest " + actual.text() + ", not " + expected.text());
}

}  // namespace berth::blob
