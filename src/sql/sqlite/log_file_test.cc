#include "sql/sqlite/log_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace berth::sql::sqlite {
namespace {

class LogFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    path = folder + "/x-wal";
    const std::ofstream database(folder + "/x");  // whose mode its log gets
    vfs = sqlite3_vfs_find(log_files.name());
    ASSERT_NE(vfs, nullptr);
    memory = std::make_unique<std::byte[]>(static_cast<std::size_t>(vfs->szOsFile));
    file = reinterpret_cast<sqlite3_file*>(memory.get());
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(folder);
  }

  int open(int kind) {
    return vfs->xOpen(vfs, path.c_str(), file, kind | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  }
  void close() {
    if (file->pMethods != nullptr) EXPECT_EQ(file->pMethods->xClose(file), SQLITE_OK);
    file->pMethods = nullptr;
  }
  void write(const std::string& bytes, sqlite3_int64 at) {
    EXPECT_EQ(file->pMethods->xWrite(file, bytes.data(), static_cast<int>(bytes.size()), at), SQLITE_OK);
  }
  void sync() { EXPECT_EQ(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK); }
  std::string on_disk() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string folder = testing::TempDir() + "berth-log-XXXXXX";
  std::string path;
  LogFileVfs log_files;
  sqlite3_vfs* vfs = nullptr;
  std::unique_ptr<std::byte[]> memory;
  sqlite3_file* file = nullptr;
};

TEST_F(LogFileTest, WhatIsWrittenInARowIsInTheFileOnceItIsSynced) {
  ASSERT_EQ(open(SQLITE_OPEN_WAL), SQLITE_OK);
  write("head", 0);
  write("page", 4);
  EXPECT_EQ(on_disk(), "");
  sync();
  EXPECT_EQ(on_disk(), "headpage");
  write("next", 8);
  EXPECT_EQ(on_disk(), "headpage");
  close();
  EXPECT_EQ(on_disk(), "headpagenext");
}

TEST_F(LogFileTest, AReaderOfTheFileSeesWhatWasWritten) {
  ASSERT_EQ(open(SQLITE_OPEN_WAL), SQLITE_OK);
  write("0123", 0);
  std::string read(2, '.');
  EXPECT_EQ(file->pMethods->xRead(file, read.data(), 2, 1), SQLITE_OK);
  EXPECT_EQ(read, "12");
  write("4567", 4);
  sqlite3_int64 size = 0;
  EXPECT_EQ(file->pMethods->xFileSize(file, &size), SQLITE_OK);
  EXPECT_EQ(size, 8);
  write("89", 8);
  EXPECT_EQ(file->pMethods->xTruncate(file, 9), SQLITE_OK);
  EXPECT_EQ(on_disk(), "012345678");
}

TEST_F(LogFileTest, ElsewhereInTheFileANewRowBegins) {
  ASSERT_EQ(open(SQLITE_OPEN_WAL), SQLITE_OK);
  write("aaaaaaaa", 0);
  write("bb", 2);
  write("cc", 4);
  write("d", 0);
  EXPECT_EQ(on_disk(), "aabbccaa") << "the last one waits";
  sync();
  EXPECT_EQ(on_disk(), "dabbccaa");
}

TEST_F(LogFileTest, ALongRowGoesInParts) {
  ASSERT_EQ(open(SQLITE_OPEN_WAL), SQLITE_OK);
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const std::string page(4120, static_cast<char>('a' + i % 26));
    write(page, static_cast<sqlite3_int64>(all.size()));
    all += page;
  }
  EXPECT_GT(on_disk().size(), all.size() - (128U << 10));
  EXPECT_LT(on_disk().size(), all.size());
  sync();
  EXPECT_TRUE(on_disk() == all);
}

TEST_F(LogFileTest, AnErrorIsToldByTheSync) {
  ASSERT_EQ(open(SQLITE_OPEN_WAL), SQLITE_OK);
  write("x", -1);  // where nothing can be
  EXPECT_NE(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK);
  write("y", 0);
  sync();
  EXPECT_EQ(on_disk(), "y");
}

TEST_F(LogFileTest, OnlyLogsAreGathered) {
  ASSERT_EQ(open(SQLITE_OPEN_MAIN_DB), SQLITE_OK);
  write("page", 0);
  EXPECT_EQ(on_disk(), "page");
}

TEST_F(LogFileTest, WhatCannotBeOpenedIsNotClosed) {
  path = folder + "/no/folder";
  EXPECT_NE(open(SQLITE_OPEN_WAL), SQLITE_OK);
  EXPECT_EQ(file->pMethods, nullptr);
}

}  // namespace
}  // namespace berth::sql::sqlite
