#include "blob/upload_progress.h"

#include <gtest/gtest.h>

namespace berth::blob {
namespace {

using base::as_bytes;
using model::DigestAlgorithm;

TEST(UploadProgress, GoesOnAfterSaving) {
  for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::sha512}) {
    UploadProgress whole(algorithm);
    whole.update(as_bytes("one two"));
    UploadProgress first(algorithm);
    first.update(as_bytes("one "));
    auto second = UploadProgress::restore(first.save());
    ASSERT_TRUE(second);
    EXPECT_EQ(second->algorithm(), algorithm);
    EXPECT_EQ(second->size(), 4u);
    second->update(as_bytes("two"));
    EXPECT_EQ(second->size(), 7u);
    EXPECT_EQ(second->digest(), whole.digest());
    EXPECT_EQ(second->save(), whole.save());
  }
}

TEST(UploadProgress, RefusesWhatItDidNotSave) {
  const std::string state = UploadProgress(DigestAlgorithm::sha256).save();
  ASSERT_TRUE(state.starts_with("1."));
  const std::string hash = state.substr(2);
  for (const std::string& bad : {std::string(), std::string("1"), std::string("1."), hash, "2." + hash, "1.." + hash,
                                 "1." + hash + "=", "1. " + hash, "1." + hash + hash, "1.B" + hash.substr(1)}) {
    const auto restored = UploadProgress::restore(bad);
    ASSERT_FALSE(restored) << bad;
    EXPECT_EQ(restored.error().code, base::Errc::corrupt) << bad;
  }
}

TEST(UploadName, IsALowerCaseUuid) {
  EXPECT_TRUE(is_upload_name("0f8fad5b-d9cb-469f-a165-70867728950e"));
  EXPECT_FALSE(is_upload_name("0F8fad5b-d9cb-469f-a165-70867728950e"));
  EXPECT_FALSE(is_upload_name("0f8fad5b-d9cb-469f-a165-70867728950"));
  EXPECT_FALSE(is_upload_name("0f8fad5b-d9cb-469f-a165-70867728950e0"));
  EXPECT_FALSE(is_upload_name("0f8fad5b0d9cb-469f-a165-70867728950e"));
  EXPECT_FALSE(is_upload_name("../../../../../../../../../etc/passwd"));
}

}  // namespace
}  // namespace berth::blob
