#include "blob/local/local_blob_store.h"

#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "blob/blob_store_contract.h"
#include "blob/local/test_folder.h"
#include "blob/upload_progress.h"

namespace berth::blob::local {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using model::DigestAlgorithm;

const std::string kUpload = "0f8fad5b-d9cb-469f-a165-70867728950e";
const std::string kOther = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

class LocalHarness final : public BlobStoreHarness {
 public:
  LocalHarness() { restart(); }
  BlobStore& store() override { return *store_; }
  void restart() override {
    store_.reset();
    store_ = LocalBlobStore::open(folder_.store_path()).value();
  }

 private:
  TestFolder folder_;
  std::unique_ptr<LocalBlobStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Local, BlobStoreContract, testing::Values([] { return std::make_unique<LocalHarness>(); }));

class LocalBlobStoreTest : public testing::Test {
 protected:
  fs::path upload_file(const std::string& upload = kUpload) { return folder_ / "store/uploads" / upload; }
  fs::path blob_file(const model::Digest& digest, const std::string& key = kKey) {
    return folder_ / "store/blobs" / Layout::path_of(named(digest, key));
  }

  base::Result<BlobInfo> put(std::string_view text, const std::string& upload = kOther) {
    BERTH_TRY(const auto writer, store_->create(upload, DigestAlgorithm::sha256));
    BERTH_CHECK(writer->append(base::as_bytes(text)));
    return writer->commit(named(sha256_of(text)));
  }
  // An upload put aside with `text` durable; its state.
  std::string begin(std::string_view text) {
    auto writer = store_->create(kUpload, DigestAlgorithm::sha256).value();
    EXPECT_TRUE(ok(writer->append(base::as_bytes(text))));
    return writer->checkpoint().value();
  }

  TestFolder folder_;
  std::unique_ptr<LocalBlobStore> store_ = LocalBlobStore::open(folder_.store_path()).value();
};

TEST_F(LocalBlobStoreTest, PutsFilesWhereTheFormatSays) {
  begin("under way");
  EXPECT_EQ(read_file(upload_file()), "under way");
  ASSERT_TRUE(ok(put("hello")));
  const std::string hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  const auto file = folder_ / ("store/blobs/sha256/2c/" + hex + "." + kKey);
  EXPECT_EQ(read_file(file), "hello");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(upload_file(kOther)));
  write_file(folder_ / ("store/blobs/sha256/2c/" + hex), "of a former version");
  EXPECT_EQ(store_->stat(named(sha256_of("hello"), ""))->value().size, 19u);
}

TEST_F(LocalBlobStoreTest, ABlobIsAsOldAsItsCommit) {
  begin("long ago");
  const auto day = fs::file_time_type::clock::now() - std::chrono::hours(24);
  fs::last_write_time(upload_file(), day);
  UploadProgress progress(DigestAlgorithm::sha256);
  progress.update(base::as_bytes(std::string_view("long ago")));
  ASSERT_TRUE(ok(store_->resume(kUpload, progress.save()).value()->commit(named(sha256_of("long ago")))));
  EXPECT_GT(fs::last_write_time(blob_file(sha256_of("long ago"))), day + std::chrono::hours(23));
}

TEST_F(LocalBlobStoreTest, GivesTheFileForSending) {
  ASSERT_TRUE(ok(put("0123456789")));
  const auto reader = store_->open(named(sha256_of("0123456789")), {.first = 4, .length = 2}).value();
  const auto file = reader->file();
  ASSERT_TRUE(file);
  char byte = 0;
  ASSERT_EQ(::pread(file->fd(), &byte, 1, 4), 1);
  EXPECT_EQ(byte, '4');
}

TEST_F(LocalBlobStoreTest, LocksUploadsAcrossStores) {
  const auto second = LocalBlobStore::open(folder_.store_path()).value();
  const std::string state = begin("kept");
  auto writer = store_->resume(kUpload, state).value();
  EXPECT_TRUE(fails_with(Errc::upload_busy, second->resume(kUpload, state)));
  EXPECT_TRUE(fails_with(Errc::upload_busy, second->create(kUpload, DigestAlgorithm::sha256)));
  EXPECT_TRUE(fails_with(Errc::upload_busy, second->discard(kUpload)));
  writer.reset();
  EXPECT_TRUE(ok(second->resume(kUpload, state)));
}

TEST_F(LocalBlobStoreTest, SaysCorruptWhenABlobIsCutWhileItIsRead) {
  ASSERT_TRUE(ok(put("0123456789")));
  const auto reader = store_->open(named(sha256_of("0123456789")), {}).value();
  fs::resize_file(blob_file(sha256_of("0123456789")), 4);
  std::array<std::byte, 16> buffer{};
  EXPECT_EQ(reader->read(buffer).value(), 4u);
  EXPECT_TRUE(fails_with(Errc::corrupt, reader->read(buffer)));
}

TEST_F(LocalBlobStoreTest, FindsNoUploadThatLostDurableBytes) {
  const std::string state = begin("0123456789");
  fs::resize_file(upload_file(), 9);
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store_->resume(kUpload, state)));
}

TEST_F(LocalBlobStoreTest, DoesNotPublishAnUploadThatSomebodyElseChanged) {
  const auto writer = store_->create(kUpload, DigestAlgorithm::sha256).value();
  ASSERT_TRUE(ok(writer->append(base::as_bytes("0123456789"))));
  fs::resize_file(upload_file(), 9);
  EXPECT_TRUE(fails_with(Errc::corrupt, writer->commit(named(sha256_of("0123456789")))));
  EXPECT_FALSE(fs::exists(blob_file(sha256_of("0123456789"))));
  EXPECT_TRUE(fails_with(Errc::internal, writer->append(base::as_bytes("x"))));  // failed once, failed for good
  EXPECT_TRUE(ok(writer->discard()));
  EXPECT_FALSE(fs::exists(upload_file()));
}

TEST_F(LocalBlobStoreTest, FailsWhenTheUploadIsDeletedUnderTheWriter) {
  const auto writer = store_->create(kUpload, DigestAlgorithm::sha256).value();
  ASSERT_TRUE(ok(writer->append(base::as_bytes("0123456789"))));
  fs::remove(upload_file());
  EXPECT_TRUE(fails_with(Errc::internal, writer->commit(named(sha256_of("0123456789")))));
  EXPECT_FALSE(fs::exists(blob_file(sha256_of("0123456789"))));
}

// What a rename that was torn by a power failure can leave.
TEST_F(LocalBlobStoreTest, NeverWritesToABlobThroughAnUploadsName) {
  const std::string state = UploadProgress(DigestAlgorithm::sha256).save();
  ASSERT_TRUE(ok(put("a blob")));
  const auto blob = blob_file(sha256_of("a blob"));
  fs::create_hard_link(blob, upload_file());
  EXPECT_TRUE(fails_with(Errc::upload_not_found, store_->resume(kUpload, state)));
  EXPECT_FALSE(fs::exists(upload_file()));
  fs::create_hard_link(blob, upload_file());
  ASSERT_TRUE(ok(put("new", kUpload)));
  EXPECT_EQ(read_file(blob), "a blob");
}

TEST_F(LocalBlobStoreTest, FollowsNoSymbolicLink) {
  const auto outside = folder_ / "outside";
  write_file(outside, "not a blob");
  fs::create_symlink(outside, upload_file());
  EXPECT_TRUE(fails_with(Errc::internal, store_->create(kUpload, DigestAlgorithm::sha256)));
  EXPECT_TRUE(fails_with(Errc::internal, store_->resume(kUpload, UploadProgress(DigestAlgorithm::sha256).save())));
  const auto digest = sha256_of("not a blob");
  fs::create_symlink(outside, blob_file(digest));
  const auto info = store_->stat(named(digest));
  ASSERT_TRUE(ok(info));
  EXPECT_FALSE(*info);
  EXPECT_FALSE(store_->open(named(digest), {}));
  ASSERT_TRUE(ok(put("not a blob")));  // replaces the link
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(blob_file(digest))));
  EXPECT_EQ(read_file(outside), "not a blob");
}

TEST_F(LocalBlobStoreTest, HostileNamesTouchNothing) {
  write_file(folder_ / "secret", "secret");
  write_file(folder_ / "store/secret", "secret");
  const auto tree = [&] {
    std::set<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "")) paths.insert(entry.path());
    return paths;
  };
  const auto before = tree();
  const std::string state = UploadProgress(DigestAlgorithm::sha256).save();
  for (const std::string name : {"../secret", "../../secret", "../blob-format", ".", "..", "", "x", "uploads",
                                 "../blobs/sha256/00/x", "....//....//secret", "..\\..\\secret"}) {
    EXPECT_TRUE(fails_with(Errc::internal, store_->create(name, DigestAlgorithm::sha256))) << name;
    EXPECT_TRUE(fails_with(Errc::internal, store_->resume(name, state))) << name;
    EXPECT_TRUE(fails_with(Errc::internal, store_->discard(name))) << name;
  }
  EXPECT_EQ(tree(), before);
  EXPECT_EQ(read_file(folder_ / "secret"), "secret");
  // A blob's path is made of a model::Digest only, which cannot hold a path.
  const std::vector<std::string> hostile = {"sha256:../../../../secret",
                                            "sha256:../secret",
                                            "../secret:00",
                                            "sha256:",
                                            "sha256:" + std::string(62, '0') + "..",
                                            "sha256:" + std::string(31, '0') + "/" + std::string(32, '0'),
                                            "sha256:" + std::string(64, 'A'),
                                            "sha256:" + std::string(64, '0') + "/..",
                                            "sha256:" + std::string(63, '0') + std::string(1, '\0'),
                                            "blobs:" + std::string(64, '0')};
  for (const auto& text : hostile) {
    EXPECT_FALSE(model::Digest::parse(text)) << text;
  }
}

TEST_F(LocalBlobStoreTest, ListsOnlyBlobs) {
  ASSERT_TRUE(ok(put("a blob")));
  const auto digest = sha256_of("a blob");
  const auto folder = blob_file(digest).parent_path();
  write_file(folder / "README", "not a digest");
  write_file(folder / (std::string(digest.hex()) + ".tmp"), "not a digest");
  const std::string elsewhere(64, digest.hex().starts_with("f") ? '0' : 'f');
  write_file(folder / elsewhere, "a digest of another folder");
  const std::string twin = std::string(digest.hex().substr(0, 2)) + std::string(62, '0');
  fs::create_directory(folder / twin);
  write_file(folder / (std::string(digest.hex()) + "." + kKey.substr(1)), "no key");
  const auto page = store_->list(std::nullopt, 10);
  ASSERT_TRUE(ok(page));
  ASSERT_EQ(page->size(), 1u);
  EXPECT_EQ(page->front().name, named(digest));
  EXPECT_EQ(page->front().size, 6u);
}

TEST_F(LocalBlobStoreTest, WritesMoreThanOneStepBack) {
  const std::string piece(3'000'001, 'x');
  const auto writer = store_->create(kUpload, DigestAlgorithm::sha256).value();
  std::string all;
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(ok(writer->append(base::as_bytes(piece))));
    all += piece;
  }
  ASSERT_TRUE(ok(writer->commit(named(sha256_of(all)))));
  EXPECT_EQ(fs::file_size(blob_file(sha256_of(all))), all.size());
}

}  // namespace
}  // namespace berth::blob::local
