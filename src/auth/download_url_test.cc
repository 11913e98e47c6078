#include "auth/download_url.h"

#include <gtest/gtest.h>

#include "auth/auth_test_support.h"

namespace berth::auth {
namespace {

using base::Errc;
using std::chrono::hours;
using std::chrono::seconds;

class DownloadUrlTest : public testing::Test {
 protected:
  static KeyRing keys(char c = 'k') { return KeyRing::from_bytes(std::string(32, c)).value(); }
  base::Result<DownloadGrant> verify(std::string_view target, base::Timestamp now) const {
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) return urls_.verify(target, "", now);
    return urls_.verify(target.substr(0, mark), target.substr(mark + 1), now);
  }

  const DownloadUrls urls_{keys()};
  const model::Digest digest_ = model::Digest::parse("sha256:" + std::string(64, 'a')).value();
  const base::Timestamp now_ = base::from_micros(1'700'000'000'000'000);
  const std::string target_ = urls_.make(repository("team/my-app"), digest_, now_);
};

TEST_F(DownloadUrlTest, IsAPathAndAQuery) {
  EXPECT_TRUE(target_.starts_with("/download/123456789012/us-east-1/team/my-app/" + digest_.text() +
                                  "?X-Amz-Date=20231114T221320Z&X-Amz-Expires=3600&X-Amz-Signature="))
      << target_;
}

TEST_F(DownloadUrlTest, SaysWhatItAllows) {
  const auto grant = verify(target_, now_);
  ASSERT_TRUE(grant) << grant.error().message;
  EXPECT_EQ(grant->repository.registry.account, account());
  EXPECT_EQ(grant->repository.registry.region, region());
  EXPECT_EQ(grant->repository.name.text(), "team/my-app");
  EXPECT_EQ(grant->digest, digest_);
  EXPECT_EQ(grant->expires, now_ + hours(1));
}

TEST_F(DownloadUrlTest, Sha512AndLongNames) {
  const auto digest = model::Digest::parse("sha512:" + std::string(128, 'b')).value();
  const auto grant = verify(urls_.make(repository(std::string(256, 'n')), digest, now_, seconds(1)), now_);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->digest, digest);
  EXPECT_EQ(grant->repository.name.text().size(), 256U);
}

TEST_F(DownloadUrlTest, Expires) {
  EXPECT_TRUE(verify(target_, now_ + hours(1) - seconds(1)));
  const auto late = verify(target_, now_ + hours(1));
  BERTH_EXPECT_FAILS(late, Errc::access_denied);
  EXPECT_EQ(late.error().message, "Request has expired");
}

TEST_F(DownloadUrlTest, FailsWhenAnyByteChanges) {
  for (std::size_t i = 0; i < target_.size(); ++i) {
    for (const char c : {'0', '/', '?', '&', '\0'}) {
      std::string changed = target_;
      if (changed[i] == c) continue;
      changed[i] = c;
      BERTH_EXPECT_FAILS(verify(changed, now_), Errc::signature_mismatch);
    }
    BERTH_EXPECT_FAILS(verify(target_.substr(0, i), now_), Errc::signature_mismatch);
    std::string shorter = target_;
    shorter.erase(i, 1);
    BERTH_EXPECT_FAILS(verify(shorter, now_), Errc::signature_mismatch);
  }
}

TEST_F(DownloadUrlTest, HasOneSpelling) {
  BERTH_EXPECT_FAILS(verify(target_ + "&x=1", now_), Errc::signature_mismatch);
  BERTH_EXPECT_FAILS(verify("/" + target_, now_), Errc::signature_mismatch);
  std::string encoded = target_;
  encoded.replace(encoded.find("sha256:"), 7, "sha256%3A");
  BERTH_EXPECT_FAILS(verify(encoded, now_), Errc::signature_mismatch);
  const auto query = target_.find('?');
  BERTH_EXPECT_FAILS(verify(target_.substr(0, query) + "?x=1&" + target_.substr(query + 1), now_),
                     Errc::signature_mismatch);
}

TEST_F(DownloadUrlTest, PartsOfTwoUrlsDoNotMix) {
  const std::string other = urls_.make(repository("team/other"), digest_, now_ + seconds(60), hours(2));
  const auto at = [](const std::string& target) { return target.find('?'); };
  BERTH_EXPECT_FAILS(verify(target_.substr(0, at(target_)) + other.substr(at(other)), now_), Errc::signature_mismatch);
  // The name and the digest cannot trade a segment, nor can the account and the region.
  BERTH_EXPECT_FAILS(urls_.verify("/download/x/y/z", target_.substr(at(target_) + 1), now_), Errc::signature_mismatch);
}

TEST_F(DownloadUrlTest, FailsUnderAnotherMasterKey) {
  const DownloadUrls others(keys('x'));
  const auto mark = target_.find('?');
  BERTH_EXPECT_FAILS(others.verify(target_.substr(0, mark), target_.substr(mark + 1), now_), Errc::signature_mismatch);
}

TEST_F(DownloadUrlTest, RefusesStrangeText) {
  for (const std::string_view target :
       {"", "?", "/", "/download/", "/download/?X-Amz-Signature=", "/download/?&X-Amz-Signature=",
        "/download/1/2/3/4?X-Amz-Date=&X-Amz-Expires=&X-Amz-Signature=", "/v2/?X-Amz-Date=x&X-Amz-Signature=y"}) {
    BERTH_EXPECT_FAILS(verify(target, now_), Errc::signature_mismatch);
  }
  BERTH_EXPECT_FAILS(urls_.verify(std::string(1 << 20, '/'), std::string(1 << 20, '&'), now_),
                     Errc::signature_mismatch);
}

}  // namespace
}  // namespace berth::auth
