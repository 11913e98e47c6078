#include "auth/key_ring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "auth/access_key.h"
#include "auth/auth_test_support.h"
#include "base/bytes.h"

namespace berth::auth {
namespace {

namespace fs = std::filesystem;
using base::Errc;

class KeyRingTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "berth-key-ring-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path file() const { return folder_ / kMasterKeyFile; }
  void write(std::string_view bytes, ::mode_t mode) const {
    std::ofstream(file(), std::ios::binary) << bytes;
    ASSERT_EQ(::chmod(file().c_str(), mode), 0);
  }

  fs::path folder_;
  crypto::SeededRandom random_{1};
};

TEST_F(KeyRingTest, CreatesAFileThatOnlyItsOwnerReads) {
  const auto created = KeyRing::create(folder_, random_);
  ASSERT_TRUE(created) << created.error().message;
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(status.st_size, 32);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);  // no draft is left

  const auto loaded = KeyRing::load(folder_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->download_url(), created->download_url());
}

TEST_F(KeyRingTest, NeverReplacesAKey) {
  const std::string first = KeyRing::create(folder_, random_)->download_url();
  BERTH_EXPECT_FAILS(KeyRing::create(folder_, random_), Errc::conflict);
  EXPECT_EQ(KeyRing::load(folder_)->download_url(), first);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(KeyRingTest, CreatesOverTheDraftOfACrashedRun) {
  std::ofstream(folder_ / "master.key.new") << "half";
  ::chmod((folder_ / "master.key.new").c_str(), 0666);
  ASSERT_TRUE(KeyRing::create(folder_, random_));
  EXPECT_TRUE(KeyRing::load(folder_));
}

TEST_F(KeyRingTest, DoesNotFollowALinkThatLiesInTheWayOfTheDraft) {
  std::ofstream(folder_ / "victim") << "untouched";
  fs::create_symlink(folder_ / "victim", folder_ / "master.key.new");
  BERTH_EXPECT_FAILS(KeyRing::create(folder_, random_), Errc::unavailable);
  std::string text;
  std::ifstream(folder_ / "victim") >> text;
  EXPECT_EQ(text, "untouched");
}

TEST_F(KeyRingTest, CreateFailsWithoutAFolder) {
  BERTH_EXPECT_FAILS(KeyRing::create(folder_ / "absent", random_), Errc::unavailable);
}

TEST_F(KeyRingTest, LoadRefusesWhatOthersMayRead) {
  for (const ::mode_t mode : {0640, 0604, 0660, 0666, 0644, 0601}) {
    write(std::string(32, 'k'), mode);
    const auto loaded = KeyRing::load(folder_);
    BERTH_EXPECT_FAILS(loaded, Errc::unavailable);
    EXPECT_NE(loaded.error().message.find("chmod 600"), std::string::npos);
  }
  for (const ::mode_t mode : {0600, 0400}) {
    write(std::string(32, 'k'), 0600);
    ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    EXPECT_TRUE(KeyRing::load(folder_));
    fs::remove(file());
  }
}

TEST_F(KeyRingTest, LoadRefusesWhatIsNoKey) {
  BERTH_EXPECT_FAILS(KeyRing::load(folder_), Errc::unavailable);
  for (const std::size_t size : {0, 1, 31, 33, 64}) {
    write(std::string(size, 'k'), 0600);
    BERTH_EXPECT_FAILS(KeyRing::load(folder_), Errc::unavailable);
  }
  fs::remove(file());
  fs::create_directory(file());
  BERTH_EXPECT_FAILS(KeyRing::load(folder_), Errc::unavailable);
  fs::remove(file());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  BERTH_EXPECT_FAILS(KeyRing::load(folder_), Errc::unavailable);
}

TEST(KeyRing, HasAKeyForEachPurpose) {
  BERTH_EXPECT_FAILS(KeyRing::from_bytes("short"), Errc::corrupt);
  const auto keys = KeyRing::from_bytes(std::string(32, 'k')).value();
  crypto::SeededRandom random(1);
  const std::string sealed = keys.access_keys().seal("secret", "context", random);
  EXPECT_EQ(keys.access_keys().open(sealed, "context"), "secret");
  BERTH_EXPECT_FAILS(keys.registry_token().open(sealed, "context"), Errc::corrupt);
  EXPECT_FALSE(crypto::SealingKey::from_bytes(keys.download_url())->open(sealed, "context"));
}

// The bytes on disk and the keys made of them must never change: stored secrets hang on them.
TEST(KeyRing, DerivesAsItAlwaysDid) {
  EXPECT_EQ(base::to_hex(base::as_bytes(KeyRing::from_bytes(std::string(32, 'k'))->download_url())),
            "8e87784e439325f1d379cd08f87c8b8e8b9a631da2bcbd5e5db88b9b230f55fc");
}

TEST(AccessKey, IsMadeLikeAws) {
  crypto::SystemRandom random;
  const NewAccessKey first = make_access_key(random);
  const NewAccessKey second = make_access_key(random);
  EXPECT_NE(first.id, second.id);
  EXPECT_FALSE(first.secret == second.secret);
  EXPECT_EQ(first.id.size(), 20U);
  EXPECT_EQ(first.id.substr(0, 4), "AKIA");
  EXPECT_EQ(first.id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), std::string::npos);
  EXPECT_EQ(first.secret.reveal().size(), 40U);
  EXPECT_TRUE(base::from_base64(first.secret.reveal()));
}

TEST(AccessKey, SecretOpensOnlyUnderItsOwnIdAndMasterKey) {
  crypto::SeededRandom random(7);
  const auto keys = KeyRing::from_bytes(std::string(32, 'k')).value();
  const base::Secret secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  const std::string sealed = seal_secret(keys, "AKIAONE", secret, random);
  EXPECT_EQ(sealed.find(secret.reveal().substr(0, 8)), std::string::npos);
  EXPECT_EQ(open_secret(keys, "AKIAONE", sealed), secret);
  BERTH_EXPECT_FAILS(open_secret(keys, "AKIATWO", sealed), Errc::corrupt);
  BERTH_EXPECT_FAILS(open_secret(KeyRing::from_bytes(std::string(32, 'x')).value(), "AKIAONE", sealed), Errc::corrupt);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    BERTH_EXPECT_FAILS(open_secret(keys, "AKIAONE", changed), Errc::corrupt);
    BERTH_EXPECT_FAILS(open_secret(keys, "AKIAONE", sealed.substr(0, i)), Errc::corrupt);
  }
}

}  // namespace
}  // namespace berth::auth
