// Dies at each fault point of the store, starts again, and checks that all that was acknowledged is there.
#include "base/fault_point.h"

#ifdef BERTH_FAULTS

#include <gtest/gtest.h>

#include <filesystem>

#include "blob/blob_test_help.h"
#include "blob/local/local_blob_store.h"
#include "blob/local/test_folder.h"
#include "blob/upload_progress.h"

namespace berth::blob::local {
namespace {

using base::as_bytes;
using model::DigestAlgorithm;

const std::string kFirst = "00000000-0000-4000-8000-000000000001";
const std::string kUpload = "00000000-0000-4000-8000-000000000002";
const std::string kDuplicate = "00000000-0000-4000-8000-000000000003";
const std::string kCancelled = "00000000-0000-4000-8000-000000000004";

// What the process had been told was done when it died: one letter a step.
class Acknowledged {
 public:
  explicit Acknowledged(std::filesystem::path path) : path_(std::move(path)) {}
  void add(char step) const { std::ofstream(path_, std::ios::app) << step; }
  bool has(char step) const { return read_file(path_).find(step) != std::string::npos; }

 private:
  std::filesystem::path path_;
};

std::unique_ptr<BlobWriter> upload(BlobStore& store, const std::string& name, std::string_view text) {
  auto writer = store.create(name, DigestAlgorithm::sha256).value();
  writer->append(as_bytes(text)).value();
  return writer;
}

// Each of these may end the process.
void everything(const std::string& path, const Acknowledged& done) {
  const auto store = LocalBlobStore::open(path).value();
  upload(*store, kFirst, "first")->commit(named(sha256_of("first"))).value();
  done.add('f');
  {
    const auto writer = upload(*store, kUpload, "head ");
    writer->checkpoint().value();
    done.add('h');
    writer->append(as_bytes("tail")).value();
    writer->commit(named(sha256_of("head tail"))).value();
    done.add('t');
  }
  upload(*store, kDuplicate, "head tail")->commit(named(sha256_of("head tail"), kOtherKey)).value();
  upload(*store, kCancelled, "cancelled")->checkpoint().value();
  store->discard(kCancelled).value();
  done.add('d');
  store->remove(named(sha256_of("first"))).value();
  done.add('r');
}

void check(const std::string& path, const Acknowledged& done) {
  const auto opened = LocalBlobStore::open(path);
  ASSERT_TRUE(ok(opened));
  BlobStore& store = **opened;
  for (const auto& info : store.list(std::nullopt, 100).value()) {
    const auto reader = store.open(info.name).value();
    std::vector<std::byte> bytes(100);
    bytes.resize(reader->read(bytes).value());
    EXPECT_EQ(sha256_of(base::as_text(bytes)), info.name.digest);
  }
  const bool tail = store.stat(named(sha256_of("head tail"))).value().has_value();
  if (done.has('t')) EXPECT_TRUE(tail);
  if (done.has('h') && !tail) {
    UploadProgress head(DigestAlgorithm::sha256);
    head.update(as_bytes("head "));
    auto writer = store.resume(kUpload, head.save());
    ASSERT_TRUE(ok(writer));
    EXPECT_TRUE(ok((*writer)->append(as_bytes("tail"))));
    EXPECT_TRUE(ok((*writer)->commit(named(sha256_of("head tail")))));
  }
  const bool first = store.stat(named(sha256_of("first"))).value().has_value();
  if (done.has('f') && !done.has('d')) EXPECT_TRUE(first);
  if (done.has('r')) EXPECT_FALSE(first);
  // Each session that is still known is discarded when it expires; nothing is left then.
  for (const auto& name : {kFirst, kUpload, kDuplicate, kCancelled}) EXPECT_TRUE(ok(store.discard(name)));
  EXPECT_TRUE(std::filesystem::is_empty(path + "/uploads"));
}

class Crash : public testing::TestWithParam<const char*> {};

TEST_P(Crash, LosesNothingThatWasAcknowledged) {
  const TestFolder folder;
  const Acknowledged done(folder / "acknowledged");
  EXPECT_EXIT(
      {
        base::arm_fault_point(GetParam());
        everything(folder.store_path(), done);
      },
      testing::ExitedWithCode(137), "");
  check(folder.store_path(), done);
  // And the same work succeeds on what the crash left.
  everything(folder.store_path(), done);
  check(folder.store_path(), done);
}

INSTANTIATE_TEST_SUITE_P(
    Points, Crash,
    testing::Values("blob.open.before_marker", "blob.create.after_open", "blob.create.after_open:2",
                    "blob.append.after_write", "blob.append.after_write:2", "blob.append.after_write:3",
                    "blob.checkpoint.after_sync", "blob.checkpoint.after_folder_sync", "blob.commit.before_sync",
                    "blob.commit.before_sync:2", "blob.commit.before_rename", "blob.commit.before_rename:2",
                    "blob.commit.after_rename", "blob.commit.after_rename:2", "blob.commit.after_folder_sync:2",
                    "blob.discard.after_unlink", "blob.remove.after_unlink"));

}  // namespace
}  // namespace berth::blob::local

#endif
