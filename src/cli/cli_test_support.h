// What the tests of this room share. Included by *_test.cc only.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "fetch/sender.h"

namespace berth::cli {

// Answers what a test wants, and remembers what it was asked.
class FakeHttp final : public fetch::Sender {
 public:
  using Answer = std::function<base::Result<fetch::Response>(const fetch::Request&)>;
  explicit FakeHttp(Answer answer) : answer_(std::move(answer)) {}
  base::Result<fetch::Response> send(const fetch::Request& request, const base::Deadline&) override {
    asked.push_back(request);
    return answer_(request);
  }

  std::vector<fetch::Request> asked;

 private:
  Answer answer_;
};

inline std::string header(const fetch::Request& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (field == name) return value;
  }
  return "";
}

// A folder of the test's own.
inline std::string test_folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string path = testing::TempDir() + "/cli_test_" + test->test_suite_name() + "_" + test->name();
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

inline std::string write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace berth::cli
