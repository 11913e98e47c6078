// A folder for one test, deleted with all that is in it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace berth::blob::local {

class TestFolder {
 public:
  TestFolder() : path_(testing::TempDir() + "berth-XXXXXX") {
    if (!::mkdtemp(path_.data()))
      throw std::filesystem::filesystem_error("mkdtemp", std::error_code(errno, std::generic_category()));
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  // Of something in it.
  std::filesystem::path operator/(const std::string& name) const { return std::filesystem::path(path_) / name; }
  // Where the store of this test is.
  std::string store_path() const { return path_ + "/store"; }

 private:
  std::string path_;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace berth::blob::local
