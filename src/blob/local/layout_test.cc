#include "blob/local/layout.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "blob/local/disk.h"
#include "blob/local/test_folder.h"

namespace berth::blob::local {
namespace {

namespace fs = std::filesystem;
using base::Errc;

TEST(Layout, MakesItsFolders) {
  const TestFolder folder;
  ASSERT_TRUE(Layout::open(folder.store_path()));
  EXPECT_EQ(read_file(folder / "store/blob-format"), "berth blobs 1\n");
  for (const char* name : {"store", "store/uploads", "store/blobs", "store/blobs/sha256", "store/blobs/sha256/00",
                           "store/blobs/sha512/ff"}) {
    EXPECT_EQ(fs::status(folder / name).permissions(), fs::perms::owner_all) << name;
  }
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : fs::recursive_directory_iterator(folder / "store")) ++entries;
  EXPECT_EQ(entries, 1u + 2u + 2u + 512u);
}

TEST(Layout, OpensAgain) {
  const TestFolder folder;
  ASSERT_TRUE(Layout::open(folder.store_path()));
  ASSERT_TRUE(Layout::open(folder.store_path()));
  ASSERT_TRUE(Layout::open(folder.store_path() + "/"));
}

TEST(Layout, FinishesWhatACrashLeftHalfMade) {
  const TestFolder folder;
  fs::create_directories(folder / "store/blobs/sha256/00");
  write_file(folder / "store/blob-format.new", "berth bl");
  ASSERT_TRUE(Layout::open(folder.store_path()));
  EXPECT_EQ(read_file(folder / "store/blob-format"), "berth blobs 1\n");
  EXPECT_FALSE(fs::exists(folder / "store/blob-format.new"));
  EXPECT_TRUE(fs::is_directory(folder / "store/blobs/sha512/ff"));
}

TEST(Layout, RefusesAnotherFormat) {
  for (const std::string& other : {std::string("berth blobs 2\n"), std::string(), std::string("berth blobs 1"),
                                   std::string("berth blobs 1\n\n"), std::string(5000, 'x')}) {
    const TestFolder folder;
    ASSERT_TRUE(Layout::open(folder.store_path()));
    write_file(folder / "store/blob-format", other);
    const auto opened = Layout::open(folder.store_path());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::unsupported);
    EXPECT_EQ(read_file(folder / "store/blob-format"), other);
  }
}

TEST(Layout, SaysWhyAFolderCannotBeUsed) {
  const TestFolder folder;
  const auto no_parent = Layout::open(folder / "missing/store");
  ASSERT_FALSE(no_parent);
  EXPECT_NE(no_parent.error().message.find("missing/store"), std::string::npos);
  write_file(folder / "file", "");
  EXPECT_FALSE(Layout::open(folder / "file"));
  fs::create_directory(folder / "linked");
  fs::create_directory(folder / "elsewhere");
  fs::create_directory_symlink(folder / "elsewhere", folder / "linked/uploads");
  EXPECT_FALSE(Layout::open(folder / "linked"));
}

TEST(Layout, NamesTheFilesOfADigest) {
  const auto digest = model::Digest::parse("sha256:ab" + std::string(62, '0')).value();
  EXPECT_EQ(Layout::folder_of(digest), "sha256/ab");
  EXPECT_EQ(Layout::path_of({.digest = digest, .key = ""}), "sha256/ab/ab" + std::string(62, '0'));
  const auto longer = model::Digest::parse("sha512:" + std::string(128, 'f')).value();
  const std::string key = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  EXPECT_EQ(Layout::path_of({.digest = longer, .key = key}), "sha512/ff/" + std::string(128, 'f') + "." + key);
}

}  // namespace
}  // namespace berth::blob::local
