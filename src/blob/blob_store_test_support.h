// What the tests that every BlobStore passes stand on.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "blob/blob_store.h"
#include "blob/blob_test_help.h"

namespace berth::blob {

// A store under test and the place where it keeps its bytes.
class BlobStoreHarness {
 public:
  virtual ~BlobStoreHarness() = default;
  virtual BlobStore& store() = 0;
  virtual void restart() = 0;  // a new store on the same bytes; the old one is gone
};
using MakeBlobStoreHarness = std::function<std::unique_ptr<BlobStoreHarness>()>;

class BlobStoreContract : public testing::TestWithParam<MakeBlobStoreHarness> {
 protected:
  using Errc = base::Errc;
  static constexpr auto kSha256 = model::DigestAlgorithm::sha256;
  static constexpr auto kSha512 = model::DigestAlgorithm::sha512;
  inline static const std::string kUpload = "0f8fad5b-d9cb-469f-a165-70867728950e";
  inline static const std::string kOther = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

  BlobStore& store() { return harness_->store(); }
  void restart() { harness_->restart(); }

  std::unique_ptr<BlobWriter> create(const std::string& upload = kUpload, model::DigestAlgorithm algorithm = kSha256) {
    auto writer = store().create(upload, algorithm);
    EXPECT_TRUE(ok(writer));
    return writer ? std::move(*writer) : nullptr;
  }
  std::unique_ptr<BlobWriter> resume(const std::string& state, const std::string& upload = kUpload) {
    auto writer = store().resume(upload, state);
    EXPECT_TRUE(ok(writer));
    return writer ? std::move(*writer) : nullptr;
  }
  static void append(BlobWriter& writer, std::string_view text) {
    EXPECT_TRUE(ok(writer.append(base::as_bytes(text))));
  }
  // Uploads `text` in one go.
  model::Digest put(std::string_view text, model::DigestAlgorithm algorithm = kSha256, const std::string& key = kKey) {
    const auto writer = create(kOther, algorithm);
    append(*writer, text);
    EXPECT_TRUE(ok(writer->commit(named(digest_of(text, algorithm), key))));
    return digest_of(text, algorithm);
  }
  std::string get(const model::Digest& digest, ByteRange range = {}, std::size_t step = 7) {
    auto reader = store().open(named(digest), range);
    EXPECT_TRUE(ok(reader));
    return reader ? drain(**reader, step) : "";
  }
  static std::string drain(BlobReader& reader, std::size_t step = 7) {
    std::string out;
    std::vector<std::byte> buffer(step);
    for (;;) {
      const auto n = reader.read(buffer);
      EXPECT_TRUE(ok(n));
      if (!n || *n == 0) return out;
      out += base::as_text(std::span(buffer).first(*n));
    }
  }
  bool present(const model::Digest& digest) {
    const auto info = store().stat(named(digest));
    EXPECT_TRUE(ok(info));
    return info && *info;
  }

 private:
  std::unique_ptr<BlobStoreHarness> harness_ = GetParam()();
};

}  // namespace berth::blob
